-- {column}, of the type that it has in the table: versions get what rows got that were there when
-- the column came, its default.
SET @continuum_sql = (
    SELECT CONCAT(
        'ALTER TABLE ', {version_literal}, ' ADD COLUMN ', {column_literal}, ' ', c.COLUMN_TYPE,
        IFNULL(CONCAT(' CHARACTER SET ', c.CHARACTER_SET_NAME, ' COLLATE ', c.COLLATION_NAME), ''),
        {null_or_default}
    )
    FROM information_schema.COLUMNS AS c
    WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name} AND c.COLUMN_NAME = {column_name}
);
SET @continuum_sql = IF(
    EXISTS (
        SELECT 1 FROM information_schema.COLUMNS AS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {version_name} AND c.COLUMN_NAME = {column_name}
    ),
    'DO 0', @continuum_sql
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;{no_default}

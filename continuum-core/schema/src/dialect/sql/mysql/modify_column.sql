-- {column} is {null} from now on.
SET @continuum_sql = (
    SELECT CONCAT(
        'ALTER TABLE ', {version_literal}, ' MODIFY COLUMN ', {column_literal}, ' ', c.COLUMN_TYPE,
        IFNULL(CONCAT(' CHARACTER SET ', c.CHARACTER_SET_NAME, ' COLLATE ', c.COLLATION_NAME), ''),
        ' {null}'
    )
    FROM information_schema.COLUMNS AS c
    WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {version_name} AND c.COLUMN_NAME = {column_name}
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

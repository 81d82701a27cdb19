SET @continuum_sql = IF(
    EXISTS (
        SELECT 1 FROM information_schema.COLUMNS AS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name} AND c.COLUMN_NAME = {name}
    ) AND {exists} (
        SELECT 1 FROM information_schema.COLUMNS AS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name} AND c.COLUMN_NAME = {other}
    ),
    {statement}, 'DO 0'
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

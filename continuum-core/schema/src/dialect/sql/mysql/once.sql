SET @continuum_sql = IF(
    {exists} (
        SELECT 1 FROM information_schema.{catalog} AS c
        WHERE c.{schema} = DATABASE() AND c.TABLE_NAME = {table_name} AND c.{named} = {name}
    ),
    {statement}, 'DO 0'
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

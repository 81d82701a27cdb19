SET @continuum_sql = IF(
    EXISTS (
        SELECT 1 FROM information_schema.COLUMNS AS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = 'continuum_transaction'
            AND c.COLUMN_NAME = {column}
    ),
    'DO 0', {alter}
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

SET @continuum_sql = IF(
    EXISTS (
        SELECT 1 FROM information_schema.COLUMNS AS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {version_name} AND c.COLUMN_NAME = {flag_name}
    ),
    'DO 0', {definition}
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;
ALTER TABLE {version} ALTER COLUMN {flag} DROP DEFAULT;

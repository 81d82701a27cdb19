-- The foreign keys from and to the tables that have a history, a row for each of their columns;
-- none where the session does not enforce them.
SELECT
    f.CONSTRAINT_NAME AS constraint_sql,
    FALSE AS can_be_deferred,
    f.TABLE_NAME AS table_name,
    CONCAT(
        IF(f.TABLE_SCHEMA = DATABASE(), '', CONCAT('`', REPLACE(f.TABLE_SCHEMA, '`', '``'), '`.')),
        '`', REPLACE(f.TABLE_NAME, '`', '``'), '`'
    ) AS table_sql,
    CONCAT('`', REPLACE(f.COLUMN_NAME, '`', '``'), '`') AS column_sql,
    f.REFERENCED_TABLE_NAME AS target_name,
    CONCAT(
        IF(
            f.REFERENCED_TABLE_SCHEMA = DATABASE(), '',
            CONCAT('`', REPLACE(f.REFERENCED_TABLE_SCHEMA, '`', '``'), '`.')
        ),
        '`', REPLACE(f.REFERENCED_TABLE_NAME, '`', '``'), '`'
    ) AS target_sql,
    CONCAT('`', REPLACE(f.REFERENCED_COLUMN_NAME, '`', '``'), '`') AS target_column_sql
FROM information_schema.KEY_COLUMN_USAGE AS f
WHERE @@SESSION.foreign_key_checks
    AND f.REFERENCED_TABLE_NAME IS NOT NULL
    AND (
        f.TABLE_SCHEMA = DATABASE()
            AND f.TABLE_NAME IN (SELECT c.table_name FROM continuum_table AS c WHERE c.recording)
        OR f.REFERENCED_TABLE_SCHEMA = DATABASE()
            AND f.REFERENCED_TABLE_NAME IN (SELECT c.table_name FROM continuum_table AS c WHERE c.recording)
    )
    -- The log forgets what it referred to, where it was declared so.
    AND NOT EXISTS (
        SELECT 1 FROM information_schema.REFERENTIAL_CONSTRAINTS AS c
        WHERE f.TABLE_NAME = 'continuum_transaction' AND c.TABLE_NAME = 'continuum_transaction'
            AND c.CONSTRAINT_SCHEMA = f.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = f.CONSTRAINT_NAME
            AND c.DELETE_RULE = 'SET NULL'
    )
ORDER BY f.TABLE_SCHEMA, f.TABLE_NAME, f.CONSTRAINT_NAME, f.ORDINAL_POSITION

-- The foreign keys from and to the tables that have a history, a row for each of their columns;
-- none where the connection does not enforce them.
SELECT
    printf('%s:%d', m.name, f.id) AS constraint_sql,
    false AS can_be_deferred,
    m.name AS table_name,
    printf('"%w"', m.name) AS table_sql,
    printf('"%w"', f."from") AS column_sql,
    p.name AS target_name,
    printf('"%w"', p.name) AS target_sql,
    (SELECT printf('"%w"', k.name) FROM pragma_table_info(p.name) AS k
        WHERE CASE WHEN f."to" IS NULL THEN k.pk = f.seq + 1 ELSE k.name = f."to" COLLATE NOCASE END
    ) AS target_column_sql
FROM main.sqlite_master AS m
JOIN pragma_foreign_key_list(m.name) AS f
JOIN main.sqlite_master AS p ON p.type = 'table' AND p.name = f."table" COLLATE NOCASE
WHERE m.type = 'table'
    AND (SELECT foreign_keys FROM pragma_foreign_keys)
    -- The log forgets what it referred to, where it was declared so.
    AND NOT (m.name = 'continuum_transaction' AND f.on_delete = 'SET NULL')
    AND EXISTS (
        SELECT 1 FROM main.continuum_table AS c
        WHERE c.recording AND c.table_name COLLATE NOCASE IN (m.name, p.name)
    )
ORDER BY m.name, f.id, f.seq

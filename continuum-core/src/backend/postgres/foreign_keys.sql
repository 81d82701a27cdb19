-- The foreign keys from and to the tables that have a history, a row for each of their columns.
-- Those of a partition are that of its table.
WITH versioned AS (
    SELECT to_regclass(format('%I.%I', c.schema_name, c.table_name))::oid AS relation
    FROM continuum_table c
    WHERE c.recording
)
SELECT
    format('%I.%I', cn.nspname, f.conname) AS constraint_sql,
    f.condeferrable AND NOT f.condeferred AS can_be_deferred,
    t.relname::text AS table_name,
    format('%I.%I', tn.nspname, t.relname) AS table_sql,
    quote_ident(a.attname) AS column_sql,
    p.relname::text AS target_name,
    format('%I.%I', pn.nspname, p.relname) AS target_sql,
    quote_ident(b.attname) AS target_column_sql
FROM pg_constraint f
JOIN pg_namespace cn ON cn.oid = f.connamespace
JOIN pg_class t ON t.oid = f.conrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_class p ON p.oid = f.confrelid
JOIN pg_namespace pn ON pn.oid = p.relnamespace
CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k (attnum, target_attnum, ordinality)
JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.target_attnum
WHERE f.contype = 'f' AND f.conparentid = 0
    AND (f.conrelid IN (SELECT relation FROM versioned)
        OR f.confrelid IN (SELECT relation FROM versioned))
    -- The log forgets what it referred to, where it was declared so.
    AND NOT (f.confdeltype = 'n' AND f.conrelid = coalesce(to_regclass('continuum_transaction')::oid, 0))
ORDER BY t.oid, f.oid, k.ordinality

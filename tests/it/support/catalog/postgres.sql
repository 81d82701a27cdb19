-- What an application can have in its schemas, without its rows.
WITH own AS (
    SELECT n.oid, n.nspname FROM pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
)
SELECT concat_ws(' ', 'relation', c.relkind, n.nspname, c.relname, c.relacl) AS line
FROM pg_class c JOIN own n ON n.oid = c.relnamespace
UNION ALL
SELECT concat_ws(' ', 'column', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN own n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT concat_ws(' ', 'constraint', s.conrelid::regclass, s.conname, pg_get_constraintdef(s.oid))
FROM pg_constraint s JOIN own n ON n.oid = s.connamespace
WHERE s.contype <> 'n' -- NOT NULL, from PostgreSQL 18 on; the columns say it.
UNION ALL
SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN own n ON n.oid = c.relnamespace
UNION ALL
SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN own n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
UNION ALL
SELECT concat_ws(' ', 'function', p.oid::regprocedure, p.proacl, p.proconfig, md5(p.prosrc))
FROM pg_proc p JOIN own n ON n.oid = p.pronamespace
UNION ALL
SELECT concat_ws(' ', 'type', t.typname) FROM pg_type t JOIN own n ON n.oid = t.typnamespace
ORDER BY 1

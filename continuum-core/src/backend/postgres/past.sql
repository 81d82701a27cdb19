-- Views that shadow the tables as they were right after a transaction: pg_temp is the first in the
-- search path, which changes, so that statements that are prepared already are planned anew.
WITH histories AS (
    SELECT c.*,
        to_regclass(format('%I.%I', c.schema_name, c.table_name)) AS live,
        format('%I.%I', c.schema_name, c.table_name) AS table_sql,
        format('%I.%I', c.schema_name, c.version_table) AS version_sql,
        c.recording AND c.baseline_transaction_id <= {id} AS has_past
    FROM continuum_table c
),
described AS (
    SELECT h.*,
        (SELECT string_agg(
            CASE WHEN a.attname = ANY (h.tracked_columns) THEN format('v.%I', a.attname)
                ELSE format('NULL::%s AS %I', format_type(a.atttypid, a.atttypmod), a.attname) END,
            ', ' ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = h.live AND a.attnum > 0 AND NOT a.attisdropped) AS then_columns,
        (SELECT string_agg(
            CASE WHEN a.attname = ANY (h.tracked_columns) THEN format('r.%I', a.attname)
                ELSE 'NULL' END,
            ', ' ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = h.live AND a.attnum > 0 AND NOT a.attisdropped) AS live_columns,
        (SELECT array_agg(a.attname)
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = to_regclass(h.version_sql) AND i.indisprimary
          AND a.attname <> 'transaction_id') AS keys
    FROM histories h
)
SELECT 0 AS place, format(
    'CREATE FUNCTION pg_temp.continuum_refuse(text) RETURNS boolean STABLE LANGUAGE plpgsql AS %L;',
    'BEGIN RAISE EXCEPTION ''continuum: % has no past at transaction {id}'', $1 '
    || 'USING HINT = ''Its history begins later, or it has none: give it one, or ask for live rows.''; END'
) AS statement
UNION ALL
SELECT 1, format('CREATE TEMP VIEW %I AS SELECT %s FROM %s v WHERE %s AND v.operation_type <> 2%s;',
    d.table_name,
    d.then_columns,
    d.version_sql,
    CASE d.strategy WHEN 'validity' THEN
        'v.transaction_id <= {id} AND (v.end_transaction_id IS NULL OR v.end_transaction_id > {id})'
    -- An anti-join: looked up for each version where few are asked for, and hashed for all of them.
    ELSE format(
        'v.transaction_id <= {id} AND NOT EXISTS (SELECT FROM %s q WHERE %s '
        || 'AND q.transaction_id > v.transaction_id AND q.transaction_id <= {id})',
        d.version_sql,
        (SELECT string_agg(format('q.%1$I = v.%1$I', k), ' AND ') FROM unnest(d.keys) k)
    ) END,
    -- Rows without a version are what they were when the history began.
    CASE WHEN d.baseline_complete THEN '' ELSE format(
        ' UNION ALL SELECT %s FROM %s r WHERE NOT EXISTS (SELECT FROM %s v WHERE %s)',
        d.live_columns, d.table_sql, d.version_sql,
        (SELECT string_agg(format('v.%1$I = r.%1$I', k), ' AND ') FROM unnest(d.keys) k)
    ) END
)
FROM described d
WHERE d.has_past AND pg_table_is_visible(d.live)
UNION ALL
SELECT 2, format('CREATE TEMP VIEW %I AS SELECT * FROM %I.%I WHERE pg_temp.continuum_refuse(%L);',
    r.relname, n.nspname, r.relname, r.relname)
FROM pg_class r
JOIN pg_namespace n ON n.oid = r.relnamespace
LEFT JOIN histories h ON h.live = r.oid AND h.recording
WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(r.oid)
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
  AND r.relname NOT LIKE 'continuum\_%'
  AND NOT EXISTS (SELECT FROM histories v WHERE to_regclass(v.version_sql) = r.oid)
  AND NOT coalesce(h.has_past, false)
  AND (NOT {live} OR h.live IS NOT NULL)
UNION ALL
-- What Diesel names with its schema cannot be shadowed.
SELECT 3, format(
    'DO $$ BEGIN RAISE EXCEPTION %L USING HINT = %L; END $$;',
    'continuum: ' || h.table_sql || ' is not in the search path, so it cannot be read as of a moment',
    'SET search_path so that the schema is in it, and name the table without it.'
)
FROM histories h
WHERE h.recording AND h.live IS NOT NULL AND NOT pg_table_is_visible(h.live)
UNION ALL
SELECT 4, format('SET LOCAL search_path = pg_temp, %s;',
    (SELECT string_agg(quote_ident(s), ', ') FROM unnest(current_schemas(false)) s WHERE s NOT LIKE 'pg\_temp%'))
ORDER BY place

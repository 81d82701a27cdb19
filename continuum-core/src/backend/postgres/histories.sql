-- The histories in this database, with what verify's queries are made of. Triggers that record have
-- functions with the block `continuum`; 60 is INSERT, DELETE, UPDATE and TRUNCATE in tgtype.
SELECT
    c.schema_name,
    c.table_name,
    c.version_table,
    names.table_sql,
    names.version_table_sql,
    names.live IS NOT NULL AS has_table,
    names.version IS NOT NULL AS has_version_table,
    c.strategy = 'validity' AS has_ends,
    c.baseline_transaction_id,
    c.baseline_complete,
    NOT c.recording OR names.live IS NULL OR coalesce((
        SELECT bit_or(g.tgtype) & 60 = 60
        FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE g.tgrelid = names.live AND g.tgenabled IN ('O', 'A')
          AND strpos(f.prosrc, '<<continuum>>') > 0
    ), false) AND EXISTS (
        -- Ids that are provisional are drawn by it when a transaction commits.
        SELECT FROM pg_trigger g
        WHERE g.tgrelid = 'continuum_transaction'::regclass AND g.tgname = 'continuum_transaction_place'
          AND g.tgenabled IN ('O', 'A')
    ) AS has_triggers,
    c.recording,
    keys.key_columns,
    keys.row_key,
    keys.same_key,
    (SELECT format(
            'ROW(%s)::record *<> ROW(%s)::record',
            string_agg(format('x.%I', t.name), ', ' ORDER BY t.ordinality),
            string_agg(format('y.%I', t.name), ', ' ORDER BY t.ordinality)
        )
        FROM unnest(c.tracked_columns) WITH ORDINALITY AS t (name, ordinality)
    ) AS different,
    keys.key_names,
    to_json(c.tracked_columns)::text AS tracked_names,
    coalesce(columns.version_names, '[]') AS version_names,
    coalesce(columns.required_names, '[]') AS required_names
FROM continuum_table c
CROSS JOIN LATERAL (
    SELECT format('%I.%I', c.schema_name, c.table_name) AS table_sql,
        format('%I.%I', c.schema_name, c.version_table) AS version_table_sql,
        to_regclass(format('%I.%I', c.schema_name, c.table_name)) AS live,
        to_regclass(format('%I.%I', c.schema_name, c.version_table)) AS version
) names
CROSS JOIN LATERAL (
    SELECT
        coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY k.ordinality), '') AS key_columns,
        coalesce(string_agg(
            format('%L || quote_nullable(x.%I)', quote_ident(a.attname) || ' = ', a.attname),
            ' || '' AND '' || ' ORDER BY k.ordinality
        ), '') AS row_key,
        coalesce(string_agg(
            format('x.%1$I = y.%1$I', a.attname), ' AND ' ORDER BY k.ordinality
        ), '') AS same_key,
        coalesce(json_agg(a.attname ORDER BY k.ordinality)::text, '[]') AS key_names
    FROM pg_index i
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, ordinality)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = names.version AND i.indisprimary AND a.attname <> 'transaction_id'
) keys
CROSS JOIN LATERAL (
    SELECT
        json_agg(a.attname ORDER BY a.attnum)::text AS version_names,
        (json_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attnotnull))::text AS required_names
    FROM pg_attribute a
    WHERE a.attrelid = names.version AND a.attnum > 0 AND NOT a.attisdropped
) columns
ORDER BY c.schema_name, c.table_name, c.version_table

-- The columns of the tables whose histories go on, with what an UPDATE and an INSERT may and must
-- say of each.
SELECT
    format('%I.%I', c.schema_name, c.version_table) AS version_table_sql,
    pg_table_is_visible(to_regclass(format('%I.%I', c.schema_name, c.version_table))) AS visible,
    a.attname::text AS column_name,
    quote_ident(a.attname) AS column_sql,
    (SELECT k.ordinality
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, ordinality)
        WHERE i.indrelid = v.attrelid AND i.indisprimary AND k.attnum = v.attnum
    ) AS key_position,
    a.attgenerated = '' AND (
        a.atttypid = 'numeric'::regtype
        OR (SELECT t.typname FROM pg_type t WHERE t.oid = a.atttypid) = 'citext'
        OR EXISTS (
            SELECT FROM pg_collation l WHERE l.oid = a.attcollation AND NOT l.collisdeterministic
        )
    ) AS spelled,
    v.attname IS NOT NULL AND a.attname = ANY (c.tracked_columns) AS kept,
    a.attgenerated <> '' AS generated,
    a.attidentity = 'a' AS generated_once,
    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required
FROM continuum_table c
JOIN pg_attribute a
    ON a.attrelid = to_regclass(format('%I.%I', c.schema_name, c.table_name))
    AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attribute v
    ON v.attrelid = to_regclass(format('%I.%I', c.schema_name, c.version_table))
    AND v.attname = a.attname AND v.attnum > 0 AND NOT v.attisdropped
WHERE c.recording
ORDER BY version_table_sql, a.attnum

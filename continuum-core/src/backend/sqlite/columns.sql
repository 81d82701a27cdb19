-- The columns of the tables whose histories go on, with what an UPDATE and an INSERT may and must
-- say of each.
SELECT
    printf('"%w"', c.version_table) AS version_table_sql,
    true AS visible,
    i.name AS column_name,
    printf('"%w"', i.name) AS column_sql,
    CASE WHEN v.pk > 0 THEN v.pk END AS key_position,
    -- Version tables have no collation: another spelling is another key.
    false AS spelled,
    v.name IS NOT NULL
        AND EXISTS (SELECT 1 FROM json_each(c.tracked_columns) AS t WHERE t.value = i.name COLLATE NOCASE) AS kept,
    i.hidden IN (2, 3) AS generated,
    false AS generated_once,
    i.hidden = 0 AND i."notnull" AND i.dflt_value IS NULL AS required
FROM main.continuum_table AS c
JOIN pragma_table_xinfo(c.table_name) AS i
LEFT JOIN pragma_table_info(c.version_table) AS v ON v.name = i.name COLLATE NOCASE
WHERE c.recording
ORDER BY version_table_sql, i.cid

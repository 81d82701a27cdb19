-- The columns of the tables whose histories go on, with what an UPDATE and an INSERT may and must
-- say of each.
SELECT
    CONCAT('`', REPLACE(c.version_table, '`', '``'), '`') AS version_table_sql,
    TRUE AS visible,
    i.COLUMN_NAME AS column_name,
    CONCAT('`', REPLACE(i.COLUMN_NAME, '`', '``'), '`') AS column_sql,
    CAST((
        SELECT MIN(s.SEQ_IN_INDEX) FROM information_schema.STATISTICS AS s
        WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = c.version_table
            AND s.INDEX_NAME = 'PRIMARY' AND s.COLUMN_NAME = i.COLUMN_NAME
    ) AS SIGNED) AS key_position,
    i.COLLATION_NAME IS NOT NULL AND COALESCE(i.GENERATION_EXPRESSION, '') = '' AS spelled,
    JSON_CONTAINS(c.tracked_columns, JSON_QUOTE(i.COLUMN_NAME)) AND EXISTS (
        SELECT 1 FROM information_schema.COLUMNS AS v
        WHERE v.TABLE_SCHEMA = DATABASE() AND v.TABLE_NAME = c.version_table
            AND v.COLUMN_NAME = i.COLUMN_NAME
    ) AS kept,
    COALESCE(i.GENERATION_EXPRESSION, '') <> '' AS `generated`,
    FALSE AS generated_once,
    -- Whatever the session's sql_mode makes up where no value is given: nobody said it.
    i.IS_NULLABLE = 'NO' AND i.COLUMN_DEFAULT IS NULL AND i.EXTRA NOT LIKE '%auto_increment%'
        AND COALESCE(i.GENERATION_EXPRESSION, '') = '' AS required
FROM continuum_table AS c
JOIN information_schema.COLUMNS AS i
    ON i.TABLE_SCHEMA = DATABASE() AND i.TABLE_NAME = c.table_name
WHERE c.recording
ORDER BY version_table_sql, i.ORDINAL_POSITION

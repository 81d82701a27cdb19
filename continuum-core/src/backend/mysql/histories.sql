-- The histories in this database, with what verify's queries are made of. Values are compared as
-- they are stored, not by their collation; keys by their collation, as the table's own key is.
SELECT /*+ SET_VAR(group_concat_max_len = 1000000) */
    NULL AS schema_name,
    c.table_name,
    c.version_table,
    CONCAT('`', REPLACE(c.table_name, '`', '``'), '`') AS table_sql,
    CONCAT('`', REPLACE(c.version_table, '`', '``'), '`') AS version_table_sql,
    EXISTS (
        SELECT 1 FROM information_schema.TABLES AS t
        WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = c.table_name
    ) AS has_table,
    EXISTS (
        SELECT 1 FROM information_schema.TABLES AS t
        WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = c.version_table
    ) AS has_version_table,
    c.strategy = 'validity' AS has_ends,
    c.baseline_transaction_id,
    c.baseline_complete,
    NOT c.recording
        OR NOT EXISTS (
            SELECT 1 FROM information_schema.TABLES AS t
            WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = c.table_name
        )
        OR 3 = (
            SELECT COUNT(DISTINCT g.EVENT_MANIPULATION) FROM information_schema.TRIGGERS AS g
            WHERE g.EVENT_OBJECT_SCHEMA = DATABASE() AND g.EVENT_OBJECT_TABLE = c.table_name
                AND LOCATE('continuum_claim', g.ACTION_STATEMENT) > 0
                AND LOCATE(CONCAT('`', REPLACE(c.version_table, '`', '``'), '`'), g.ACTION_STATEMENT) > 0
        ) AS has_triggers,
    c.recording,
    COALESCE(k.key_columns, '') AS key_columns,
    COALESCE(k.row_key, '') AS row_key,
    COALESCE(k.same_key, '') AS same_key,
    COALESCE((
        SELECT GROUP_CONCAT(
            CASE
                -- In the hour that summer time repeats, two moments have the same time in the session's zone.
                WHEN i.DATA_TYPE = 'timestamp'
                    THEN CONCAT('NOT (UNIX_TIMESTAMP(x.', i.name, ') <=> UNIX_TIMESTAMP(y.', i.name, '))')
                WHEN i.COLLATION_NAME IS NULL THEN CONCAT('NOT (x.', i.name, ' <=> y.', i.name, ')')
                ELSE CONCAT('NOT (CAST(x.', i.name, ' AS BINARY) <=> CAST(y.', i.name, ' AS BINARY))')
            END
            SEPARATOR ' OR '
        )
        FROM (
            SELECT t.TABLE_NAME, t.COLUMN_NAME, t.COLLATION_NAME, t.DATA_TYPE,
                CONCAT('`', REPLACE(t.COLUMN_NAME, '`', '``'), '`') AS name
            FROM information_schema.COLUMNS AS t
            WHERE t.TABLE_SCHEMA = DATABASE()
        ) AS i
        WHERE i.TABLE_NAME = c.version_table
            AND JSON_CONTAINS(c.tracked_columns, JSON_QUOTE(i.COLUMN_NAME))
    ), 'FALSE') AS different,
    COALESCE(k.key_names, '[]') AS key_names,
    c.tracked_columns AS tracked_names,
    COALESCE(n.version_names, '[]') AS version_names,
    COALESCE(n.required_names, '[]') AS required_names
FROM continuum_table AS c
LEFT JOIN (
    SELECT i.TABLE_NAME,
        GROUP_CONCAT(i.name ORDER BY i.SEQ_IN_INDEX SEPARATOR ', ') AS key_columns,
        CONCAT('CONCAT(', GROUP_CONCAT(
            CONCAT(QUOTE(CONCAT(IF(i.SEQ_IN_INDEX > 1, ' AND ', ''), i.name, ' = ')), ', QUOTE(x.', i.name, ')')
            ORDER BY i.SEQ_IN_INDEX SEPARATOR ', '
        ), ')') AS row_key,
        CONCAT('[', GROUP_CONCAT(JSON_QUOTE(i.COLUMN_NAME) SEPARATOR ', '), ']') AS key_names,
        GROUP_CONCAT(
            CONCAT('x.', i.name, ' = y.', i.name) ORDER BY i.SEQ_IN_INDEX SEPARATOR ' AND '
        ) AS same_key
    FROM (
        SELECT s.TABLE_NAME, s.SEQ_IN_INDEX, s.COLUMN_NAME,
            CONCAT('`', REPLACE(s.COLUMN_NAME, '`', '``'), '`') AS name
        FROM information_schema.STATISTICS AS s
        WHERE s.TABLE_SCHEMA = DATABASE() AND s.INDEX_NAME = 'PRIMARY'
            AND s.COLUMN_NAME <> 'transaction_id'
    ) AS i
    GROUP BY i.TABLE_NAME
) AS k ON k.TABLE_NAME = c.version_table
LEFT JOIN (
    SELECT i.TABLE_NAME,
        CONCAT('[', GROUP_CONCAT(i.name ORDER BY i.ORDINAL_POSITION SEPARATOR ', '), ']') AS version_names,
        CONCAT('[', GROUP_CONCAT(
            CASE WHEN i.IS_NULLABLE = 'NO' THEN i.name END ORDER BY i.ORDINAL_POSITION SEPARATOR ', '
        ), ']') AS required_names
    FROM (
        SELECT t.TABLE_NAME, t.ORDINAL_POSITION, t.IS_NULLABLE, JSON_QUOTE(t.COLUMN_NAME) AS name
        FROM information_schema.COLUMNS AS t
        WHERE t.TABLE_SCHEMA = DATABASE()
    ) AS i
    GROUP BY i.TABLE_NAME
) AS n ON n.TABLE_NAME = c.version_table
ORDER BY c.table_name, c.version_table

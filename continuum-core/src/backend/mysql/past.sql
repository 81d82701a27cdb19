-- Temporary tables that shadow the tables as they were right after a transaction. What the history
-- does not keep is NULL of its type, from a row of the table that is not found. The keys are those
-- of the table, none of them unique but the primary one.
SELECT /*+ SET_VAR(group_concat_max_len = 1000000) */
    c.table_name AS name,
    CONCAT(
        'CREATE TEMPORARY TABLE ', d.table_sql, ' (',
        (
            SELECT GROUP_CONCAT(i.definition ORDER BY i.INDEX_NAME = 'PRIMARY' DESC, i.INDEX_NAME SEPARATOR ', ')
            FROM (
                SELECT s.TABLE_NAME, s.INDEX_NAME,
                    CONCAT(
                        IF(s.INDEX_NAME = 'PRIMARY', 'PRIMARY KEY (', 'KEY ('),
                        GROUP_CONCAT(
                            '`', REPLACE(s.COLUMN_NAME, '`', '``'), '`',
                            IFNULL(CONCAT('(', s.SUB_PART, ')'), '')
                            ORDER BY s.SEQ_IN_INDEX SEPARATOR ', '
                        ),
                        ')'
                    ) AS definition
                FROM information_schema.STATISTICS AS s
                WHERE s.TABLE_SCHEMA = DATABASE()
                GROUP BY s.TABLE_NAME, s.INDEX_NAME
                HAVING MIN(s.INDEX_TYPE) = 'BTREE' AND COUNT(s.COLUMN_NAME) = COUNT(*)
            ) AS i
            WHERE i.TABLE_NAME = c.table_name
        ),
        ') ENGINE = InnoDB AS SELECT ', d.then_columns,
        ' FROM ', d.version_sql, ' AS v LEFT JOIN ', d.table_sql, ' AS n ON FALSE WHERE ',
        '(', k.v_key, ', v.transaction_id) IN (SELECT ', k.q_key, ', MAX(q.transaction_id) FROM ',
        d.version_sql, ' AS q WHERE q.transaction_id <= {id} GROUP BY ', k.q_key, ')',
        ' AND v.operation_type <> 2',
        -- Rows without a version are what they were when the history began.
        IF(
            c.baseline_complete,
            '',
            CONCAT(
                ' UNION ALL SELECT ', d.live_columns, ' FROM ', d.table_sql, ' AS r LEFT JOIN ',
                d.table_sql, ' AS n ON FALSE WHERE NOT EXISTS (SELECT 1 FROM ', d.version_sql,
                ' AS v WHERE ', k.same_row, ')'
            )
        )
    ) AS statement
FROM continuum_table AS c
JOIN (
    SELECT h.version_table,
        CONCAT('`', REPLACE(h.table_name, '`', '``'), '`') AS table_sql,
        CONCAT('`', REPLACE(h.version_table, '`', '``'), '`') AS version_sql,
        GROUP_CONCAT(
            IF(JSON_CONTAINS(h.tracked_columns, JSON_QUOTE(i.COLUMN_NAME)), 'v.', 'n.'),
            '`', REPLACE(i.COLUMN_NAME, '`', '``'), '`'
            ORDER BY i.ORDINAL_POSITION SEPARATOR ', '
        ) AS then_columns,
        GROUP_CONCAT(
            IF(JSON_CONTAINS(h.tracked_columns, JSON_QUOTE(i.COLUMN_NAME)), 'r.', 'n.'),
            '`', REPLACE(i.COLUMN_NAME, '`', '``'), '`'
            ORDER BY i.ORDINAL_POSITION SEPARATOR ', '
        ) AS live_columns
    FROM continuum_table AS h
    JOIN information_schema.COLUMNS AS i
        ON i.TABLE_SCHEMA = DATABASE() AND i.TABLE_NAME = h.table_name
    GROUP BY h.version_table, h.table_name
) AS d ON d.version_table = c.version_table
JOIN (
    SELECT s.TABLE_NAME,
        -- In the order of the index, by which it is grouped.
        GROUP_CONCAT('q.`', REPLACE(s.COLUMN_NAME, '`', '``'), '`' ORDER BY s.SEQ_IN_INDEX SEPARATOR ', ') AS q_key,
        GROUP_CONCAT('v.`', REPLACE(s.COLUMN_NAME, '`', '``'), '`' ORDER BY s.SEQ_IN_INDEX SEPARATOR ', ') AS v_key,
        GROUP_CONCAT(
            CONCAT('v.`', REPLACE(s.COLUMN_NAME, '`', '``'), '` = r.`', REPLACE(s.COLUMN_NAME, '`', '``'), '`')
            SEPARATOR ' AND '
        ) AS same_row
    FROM information_schema.STATISTICS AS s
    WHERE s.TABLE_SCHEMA = DATABASE() AND s.INDEX_NAME = 'PRIMARY'
        AND s.COLUMN_NAME <> 'transaction_id'
    GROUP BY s.TABLE_NAME
) AS k ON k.TABLE_NAME = c.version_table
WHERE c.recording AND c.baseline_transaction_id <= {id}
UNION ALL
-- The tables that have none.
SELECT t.TABLE_NAME, NULL
FROM information_schema.TABLES AS t
WHERE t.TABLE_SCHEMA = DATABASE()
    AND LEFT(t.TABLE_NAME, 10) <> 'continuum_'
    AND t.TABLE_NAME NOT IN (SELECT c.version_table FROM continuum_table AS c)
    AND t.TABLE_NAME NOT IN (
        SELECT c.table_name FROM continuum_table AS c
        WHERE c.recording AND c.baseline_transaction_id <= {id}
    )
    AND (NOT {live} OR t.TABLE_NAME IN (SELECT c.table_name FROM continuum_table AS c WHERE c.recording))

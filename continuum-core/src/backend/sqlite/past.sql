-- Views that shadow the tables as they were right after a transaction: what is in temp is found
-- before what is in main. For each key the newest version by then is looked up, so that most versions
-- are not read. What has no past is shadowed by a view of nothing, whose name says why.
SELECT printf(
    'CREATE TEMP VIEW "%w" AS %sSELECT %s FROM %s AS e CROSS JOIN main."%w" AS v ON %s AND v.transaction_id = (SELECT n.transaction_id FROM main."%w" AS n WHERE %s AND n.transaction_id <= {id} ORDER BY n.transaction_id DESC LIMIT 1) WHERE v.operation_type <> 2%s%s;',
    c.table_name,
    -- By what its columns are compared, only the table knows; the first of several SELECTs tells. Not always,
    -- because several are planned worse.
    iif(
        m.sql LIKE '%collate%',
        (SELECT printf('SELECT %s FROM main."%w" AS r WHERE false UNION ALL ', group_concat(printf('r."%w"', i.name), ', '), c.table_name)
        FROM (SELECT * FROM pragma_table_xinfo(c.table_name) WHERE hidden <> 1 ORDER BY cid) AS i),
        ''
    ),
    -- A condition on the key is one on what the keys are taken from. Without a declared type 1 and 1.0
    -- are one key and two values.
    (SELECT group_concat(CASE
        WHEN i.name COLLATE NOCASE NOT IN (SELECT value FROM json_each(c.tracked_columns))
            THEN printf('NULL AS "%w"', i.name)
        WHEN i.name COLLATE NOCASE IN (
            SELECT k.name FROM pragma_table_info(c.version_table) AS k
            WHERE k.pk > 0 AND upper(k.type) NOT IN ('', 'BLOB')
        ) THEN printf('e."%w"', i.name)
        -- Kept as NUMERIC, which makes integers of whole numbers.
        WHEN i.type LIKE '%doub%' THEN printf('iif(typeof(v."%w") = ''integer'', CAST(v."%w" AS REAL), v."%w") AS "%w"', i.name, i.name, i.name, i.name)
        ELSE printf('v."%w"', i.name)
    END, ', ') FROM (SELECT * FROM pragma_table_xinfo(c.table_name) WHERE hidden <> 1 ORDER BY cid) AS i),
    -- Every row has one open version.
    iif(
        c.strategy = 'validity',
        printf('main."%w"', c.version_table),
        printf(
            '(SELECT DISTINCT %s FROM main."%w")',
            (SELECT group_concat(printf('"%w"', i.name), ', ')
            FROM pragma_table_info(c.version_table) AS i WHERE i.pk > 0 AND i.name <> 'transaction_id'),
            c.version_table
        )
    ),
    c.version_table,
    (SELECT group_concat(printf('v."%w" = e."%w"', i.name, i.name), ' AND ')
    FROM pragma_table_info(c.version_table) AS i WHERE i.pk > 0 AND i.name <> 'transaction_id'),
    c.version_table,
    (SELECT group_concat(printf('n."%w" = e."%w"', i.name, i.name), ' AND ')
    FROM pragma_table_info(c.version_table) AS i WHERE i.pk > 0 AND i.name <> 'transaction_id'),
    iif(c.strategy = 'validity', ' AND e.end_transaction_id IS NULL', ''),
    -- Rows without a version are what they were when the history began.
    iif(
        c.baseline_complete,
        '',
        printf(
            ' UNION ALL SELECT %s FROM main."%w" AS r WHERE NOT EXISTS (SELECT 1 FROM main."%w" AS v WHERE %s)',
            (SELECT group_concat(iif(
                i.name COLLATE NOCASE IN (SELECT value FROM json_each(c.tracked_columns)),
                printf('r."%w"', i.name),
                'NULL'
            ), ', ') FROM (SELECT * FROM pragma_table_xinfo(c.table_name) WHERE hidden <> 1 ORDER BY cid) AS i),
            c.table_name,
            c.version_table,
            (SELECT group_concat(printf('v."%w" = r."%w"', i.name, i.name), ' AND ')
            FROM pragma_table_info(c.version_table) AS i WHERE i.pk > 0 AND i.name <> 'transaction_id')
        )
    )
) AS statement
FROM main.continuum_table AS c
JOIN main.sqlite_master AS m ON m.type = 'table' AND m.name = c.table_name COLLATE NOCASE
WHERE c.recording AND c.baseline_transaction_id <= {id}
UNION ALL
SELECT printf(
    'CREATE TEMP VIEW "%w" AS SELECT * FROM main."%w";',
    m.name,
    printf(
        'continuum: %s has no past at transaction {id}; %s',
        m.name,
        iif(
            m.name COLLATE NOCASE IN (SELECT table_name FROM main.continuum_table),
            'its history begins later, or was ended',
            'it has no history: give it one, or ask for live rows'
        )
    )
)
FROM main.sqlite_master AS m
WHERE m.type IN ('table', 'view')
    AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE 'continuum\_%' ESCAPE '\'
    AND m.name COLLATE NOCASE NOT IN (SELECT version_table FROM main.continuum_table)
    AND m.name COLLATE NOCASE NOT IN (
        SELECT table_name FROM main.continuum_table
        WHERE recording AND baseline_transaction_id <= {id}
    )
    AND (NOT {live} OR m.name COLLATE NOCASE IN (SELECT table_name FROM main.continuum_table WHERE recording))

-- Views that shadow the tables as they were right after a transaction: what is in temp is found
-- before what is in main. What has no past is shadowed by a view of nothing, whose name says why.
SELECT printf(
    'CREATE TEMP VIEW "%w" AS SELECT %s FROM main."%w" AS v WHERE %s AND v.operation_type <> 2%s;',
    c.table_name,
    (SELECT group_concat(iif(
        i.name IN (SELECT value FROM json_each(c.tracked_columns)),
        printf('v."%w"', i.name),
        printf('NULL AS "%w"', i.name)
    ), ', ') FROM (SELECT * FROM pragma_table_xinfo(c.table_name) WHERE hidden <> 1 ORDER BY cid) AS i),
    c.version_table,
    iif(
        c.strategy = 'validity',
        'v.transaction_id <= {id} AND (v.end_transaction_id IS NULL OR v.end_transaction_id > {id})',
        printf(
            'v.transaction_id = (SELECT max(q.transaction_id) FROM main."%w" AS q WHERE %s AND q.transaction_id <= {id})',
            c.version_table,
            (SELECT group_concat(printf('q."%w" = v."%w"', i.name, i.name), ' AND ')
            FROM pragma_table_info(c.version_table) AS i WHERE i.pk > 0 AND i.name <> 'transaction_id')
        )
    ),
    -- Rows without a version are what they were when the history began.
    iif(
        c.baseline_complete,
        '',
        printf(
            ' UNION ALL SELECT %s FROM main."%w" AS r WHERE NOT EXISTS (SELECT 1 FROM main."%w" AS v WHERE %s)',
            (SELECT group_concat(iif(
                i.name IN (SELECT value FROM json_each(c.tracked_columns)),
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
WHERE c.recording AND c.baseline_transaction_id <= {id}
    AND EXISTS (SELECT 1 FROM main.sqlite_master AS m WHERE m.type = 'table' AND m.name = c.table_name)
UNION ALL
SELECT printf(
    'CREATE TEMP VIEW "%w" AS SELECT * FROM main."%w";',
    m.name,
    printf(
        'continuum: %s has no past at transaction {id}; %s',
        m.name,
        iif(
            m.name IN (SELECT table_name FROM main.continuum_table),
            'its history begins later, or was ended',
            'it has no history: give it one, or ask for live rows'
        )
    )
)
FROM main.sqlite_master AS m
WHERE m.type IN ('table', 'view')
    AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE 'continuum\_%' ESCAPE '\'
    AND m.name NOT IN (SELECT version_table FROM main.continuum_table)
    AND m.name NOT IN (
        SELECT table_name FROM main.continuum_table
        WHERE recording AND baseline_transaction_id <= {id}
    )
    AND (NOT {live} OR m.name IN (SELECT table_name FROM main.continuum_table WHERE recording))

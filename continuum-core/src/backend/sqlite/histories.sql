-- The histories in this database, with what verify's queries are made of. Values are compared as
-- they are stored; where the version table declares no type, 1 and 1.0 differ. Keys are compared by
-- the collation of the table, so that its index serves, and exactly.
SELECT
    NULL AS schema_name,
    c.table_name,
    c.version_table,
    printf('"%w"', c.table_name) AS table_sql,
    printf('"%w"', c.version_table) AS version_table_sql,
    EXISTS (
        SELECT 1 FROM main.sqlite_master m WHERE m.type = 'table' AND m.name = c.table_name COLLATE NOCASE
    ) AS has_table,
    EXISTS (
        SELECT 1 FROM main.sqlite_master m WHERE m.type = 'table' AND m.name = c.version_table COLLATE NOCASE
    ) AS has_version_table,
    c.strategy = 'validity' AS has_ends,
    c.baseline_transaction_id,
    c.baseline_complete,
    NOT c.recording OR 3 = (
        SELECT count(*) FROM main.sqlite_master m
        WHERE m.type = 'trigger' AND m.tbl_name = c.table_name COLLATE NOCASE
          AND m.name IN (
              c.version_table || '_insert', c.version_table || '_rekey', c.version_table || '_delete'
          )
    ) AND 2 = (
        SELECT count(*) FROM main.sqlite_master m
        WHERE m.type = 'trigger' AND m.tbl_name = c.version_table COLLATE NOCASE
          AND m.name IN (c.version_table || '_follow', c.version_table || '_settle')
    ) AND EXISTS (
        SELECT 1 FROM main.sqlite_master m
        WHERE m.type = 'trigger' AND m.name = c.version_table || '_update'
        -- Where all columns are in the key, there is nothing else to change.
        UNION ALL
        SELECT 1 WHERE json_array_length(c.tracked_columns) = (
            SELECT count(*) FROM pragma_table_info(c.version_table) AS i
            WHERE i.pk > 0 AND i.name <> 'transaction_id'
        )
    ) AND EXISTS (
        SELECT 1 FROM main.sqlite_master m WHERE m.type = 'trigger' AND m.name = 'continuum_begin_insert'
    ) AS has_triggers,
    c.recording,
    (SELECT coalesce(group_concat(printf('"%w"', k.name), ', '), '') FROM (
        SELECT i.name FROM pragma_table_info(c.version_table) AS i
        WHERE i.pk > 0 AND i.name <> 'transaction_id' ORDER BY i.pk
    ) AS k) AS key_columns,
    (SELECT coalesce(group_concat(
        printf('%Q || quote(x."%w")', printf('"%w" = ', k.name), k.name), ' || '' AND '' || '
    ), '') FROM (
        SELECT i.name FROM pragma_table_info(c.version_table) AS i
        WHERE i.pk > 0 AND i.name <> 'transaction_id' ORDER BY i.pk
    ) AS k) AS row_key,
    (SELECT coalesce(group_concat(
        printf('x."%w" = y."%w" AND x."%w" = y."%w" COLLATE BINARY', i.name, i.name, i.name, i.name),
        ' AND '
    ), '') FROM pragma_table_info(c.version_table) AS i
    WHERE i.pk > 0 AND i.name <> 'transaction_id') AS same_key,
    (SELECT coalesce(group_concat(
        printf('x."%w" IS NOT y."%w" COLLATE BINARY', i.name, i.name)
        || iif(
            upper(i.type) IN ('', 'BLOB'),
            printf(' OR typeof(x."%w") <> typeof(y."%w")', i.name, i.name),
            ''
        ),
        ' OR '
    ), 'false')
    FROM json_each(c.tracked_columns) AS t
    JOIN pragma_table_info(c.version_table) AS i ON i.name = t.value) AS different,
    (SELECT json_group_array(i.name) FROM pragma_table_info(c.version_table) AS i
    WHERE i.pk > 0 AND i.name <> 'transaction_id') AS key_names,
    c.tracked_columns AS tracked_names,
    (SELECT json_group_array(i.name) FROM pragma_table_info(c.version_table) AS i) AS version_names,
    (SELECT json_group_array(i.name) FROM pragma_table_info(c.version_table) AS i
    WHERE i."notnull") AS required_names
FROM main.continuum_table AS c
ORDER BY c.table_name, c.version_table

-- The statements that make what the recording writes come to nothing, for this connection alone: its
-- TEMP triggers run before the others. None, where that is done already.
-- Histories can still be deleted, and values in them changed.
(
    SELECT coalesce(group_concat(
        printf(
            'CREATE TEMP TRIGGER "continuum_off %w %s" BEFORE %s ON main."%w" BEGIN SELECT RAISE(%s); END;',
            t.name, substr(o.operation, 1, 6), o.operation, t.name,
            iif(
                t.name = 'continuum_activity',
                'ABORT, ''continuum: nothing is recorded here, so an activity has no transaction; record it outside of without_versioning''',
                'IGNORE'
            )
        ),
        ' '
    ), '')
    FROM (
        SELECT 'continuum_transaction' AS name, 'INSERT' AS operation
        UNION ALL
        SELECT 'continuum_activity', 'INSERT'
        UNION ALL
        SELECT version_table, 'INSERT' FROM main.continuum_table
        UNION ALL
        SELECT version_table, 'UPDATE OF operation_type' FROM main.continuum_table
        WHERE strategy = 'subquery'
        UNION ALL
        SELECT version_table, 'UPDATE OF operation_type, end_transaction_id' FROM main.continuum_table
        WHERE strategy = 'validity'
    ) AS o
    JOIN main.sqlite_master AS t ON t.type = 'table' AND t.name = o.name
    WHERE NOT EXISTS (
        SELECT 1 FROM sqlite_temp_master AS m
        WHERE m.type = 'trigger' AND m.name = 'continuum_off continuum_transaction INSERT'
    )
)

SELECT 'no_row', {row_key}, x.transaction_id
FROM (
    SELECT y.* FROM versions y
    WHERE y.continuum_following IS NULL AND y.operation_type <> 2
      -- x is the table: on SQLite what stands on the left says how keys are compared.
      AND NOT EXISTS (SELECT 1 FROM {table} x WHERE {same_key})
) x
UNION ALL
SELECT
    CASE
        WHEN y.transaction_id IS NULL THEN 'no_version'
        WHEN y.operation_type = 2 THEN 'row_after_delete'
        ELSE 'different_values'
    END,
    {row_key}, y.transaction_id
FROM {table} x
LEFT JOIN versions y ON {same_key} AND y.continuum_following IS NULL
WHERE CASE
    WHEN y.transaction_id IS NULL THEN {baseline_complete}
    ELSE y.operation_type = 2 OR {different}
END

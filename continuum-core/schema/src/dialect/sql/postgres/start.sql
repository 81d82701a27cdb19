WITH baseline AS (
    INSERT INTO continuum_transaction (reason, meta)
    VALUES ({reason}, {meta})
    RETURNING id
)
INSERT INTO continuum_table (
    schema_name, table_name, version_table, strategy, tracked_columns,
    baseline_transaction_id, baseline_complete
)
SELECT
    coalesce(t.schema_name, current_schema()), t.table_name, t.version_table, t.strategy,
    t.tracked_columns, baseline.id, {complete}
FROM baseline, (VALUES
    {tables}
) AS t (schema_name, table_name, version_table, strategy, tracked_columns);

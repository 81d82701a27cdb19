INSERT INTO continuum_transaction (id, reason, meta)
VALUES (
    (SELECT coalesce(max(id), 0) + 1 FROM continuum_transaction),
    {reason},
    {meta}
);
INSERT INTO continuum_table (
    table_name, version_table, strategy, tracked_columns, baseline_transaction_id, baseline_complete
)
SELECT t.column1, t.column2, t.column3, t.column4, (SELECT max(id) FROM continuum_transaction), {complete}
FROM (VALUES
    {entries}
) AS t;

SELECT
    CASE WHEN x.end_transaction_id IS NULL THEN 'second_open_version' ELSE 'broken_interval' END,
    {row_key}, x.transaction_id
FROM versions x
WHERE x.end_transaction_id <> x.continuum_following
   OR (x.end_transaction_id IS NULL) <> (x.continuum_following IS NULL)

SELECT
    CASE WHEN x.end_transaction_id IS NULL THEN 'second_open_version' ELSE 'broken_interval' END,
    {row_key}, x.transaction_id
FROM versions x
WHERE coalesce(x.end_transaction_id, 0) <> coalesce(x.continuum_following, 0)

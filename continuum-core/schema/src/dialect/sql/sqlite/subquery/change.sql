-- A row changes. Without a version it first gets one of its old values.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
VALUES (
    {old_columns},
    coalesce(
        (SELECT max(q.transaction_id) FROM {version} AS q WHERE {q_key_is_old}),
        iif({baseline_complete}, (SELECT max(id) FROM continuum_transaction), {baseline})
    ),
    0{old_set}
)
ON CONFLICT ({key}, transaction_id) DO NOTHING;
-- The new values are those that the row has now: a trigger may have changed it again.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, (SELECT max(id) FROM continuum_transaction), 1{differs}
FROM {table} AS r WHERE {r_key_is_new}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = min(operation_type, 1){or_flags};

-- A row disappears. Without a version it first gets one.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
VALUES (
    {old_columns},
    coalesce(
        (SELECT max(q.transaction_id) FROM {version} AS q WHERE {q_key_is_old}),
        {baseline}
    ),
    0{old_set}
)
ON CONFLICT ({key}, transaction_id) DO NOTHING;
-- What this transaction inserted is marked with -1, for {settle_trigger}.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {old_columns}, (SELECT max(id) FROM continuum_transaction), 2{all_flags}
WHERE true{and_gone}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = CASE operation_type WHEN 0 THEN -1 ELSE 2 END{set_flags};

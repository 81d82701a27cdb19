-- A row appears. Where its key has an open version, that becomes the version of this transaction,
-- with what the row is now, and {follow_trigger} keeps a copy of what it was.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
VALUES ({new_columns}, (SELECT max(id) FROM continuum_transaction), 0{new_set})
ON CONFLICT ({key}) WHERE end_transaction_id IS NULL DO UPDATE SET
    ({columns}) = (SELECT {r_columns} FROM {table} AS r WHERE {r_key_is_new}),
    transaction_id = excluded.transaction_id,
    operation_type = CASE
        WHEN transaction_id = excluded.transaction_id THEN iif({is_new}, 0, 1)
        ELSE operation_type <> 2
    END{appear_flags}
WHERE EXISTS (SELECT 1 FROM {table} AS r WHERE {r_key_is_new})
    -- What a trigger has made of the row may have been told before, in a transaction of its own.
    AND (
        operation_type = 2 OR transaction_id = excluded.transaction_id
        OR EXISTS (SELECT 1 FROM continuum_current) OR {told_in_order}
    );

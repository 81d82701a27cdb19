-- A row changes. The new values are those that it has now: a trigger may have changed it again.
INSERT INTO {first_view} VALUES ({old_columns}, 1{old_set});
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, (SELECT max(id) FROM continuum_transaction), 1{differs}
FROM {table} AS r WHERE {r_key_is_new}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = min(operation_type, 1){or_flags};

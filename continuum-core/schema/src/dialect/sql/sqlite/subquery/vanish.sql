-- A row disappears. What this transaction inserted is marked with -1, for {settle_trigger}.
INSERT INTO {first_view} VALUES ({old_columns}, 2{old_set});
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {old_columns}, (SELECT max(id) FROM continuum_transaction), 2{all_flags}
WHERE true{and_gone}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = CASE operation_type WHEN 0 THEN -1 ELSE 2 END{set_flags};

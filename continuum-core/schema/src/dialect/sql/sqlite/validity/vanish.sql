-- A row disappears. Its open version ends, unless it is of this transaction.
UPDATE {version}
SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
WHERE {key_is_old} AND end_transaction_id IS NULL{and_gone};
-- A row without a version first gets one. What this transaction inserted is marked with -1, for
-- {settle_trigger}.
INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
SELECT {old_columns}, {baseline}, (SELECT max(id) FROM continuum_transaction), 0{old_set}
WHERE changes() = 0{and_gone}
UNION ALL
SELECT {old_columns}, (SELECT max(id) FROM continuum_transaction), NULL, 2{all_flags}
WHERE true{and_gone}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = CASE operation_type WHEN 0 THEN -1 ELSE 2 END{set_flags};

-- A row changes. Its open version ends, unless it is of this transaction.
UPDATE {version}
SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
WHERE {key_is_old} AND end_transaction_id IS NULL;
-- A row without a version first gets one of its old values. The new values are those that the row
-- has now: a trigger may have changed it again.
INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
SELECT {old_columns}, {baseline}, (SELECT max(id) FROM continuum_transaction), 0{old_set}
WHERE changes() = 0 AND NOT {baseline_complete}
UNION ALL
SELECT {r_columns}, (SELECT max(id) FROM continuum_transaction), NULL, changes() > 0 OR NOT {baseline_complete}{differs}
FROM {table} AS r WHERE {r_key_is_new}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = min(operation_type, 1){or_flags};

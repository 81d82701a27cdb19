-- A row changes. Its open version ends, unless it is of this transaction.
UPDATE {version}
SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
WHERE {key_is_old} AND end_transaction_id IS NULL;
-- A row without a version first gets one of its old values. The new values are those that the row
-- has now: a trigger may have changed it again, or taken it away with all that was said of it.
INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
SELECT {old_columns},
    iif(c.baseline_complete, (SELECT max(id) FROM continuum_transaction), c.baseline_transaction_id),
    iif(c.baseline_complete, NULL, (SELECT max(id) FROM continuum_transaction)), 0{old_set}
FROM continuum_table AS c WHERE c.version_table = {version_table} AND changes() = 0
    AND EXISTS (SELECT 1 FROM {table} AS r WHERE {r_key_is_new})
UNION ALL
SELECT {r_columns}, (SELECT max(id) FROM continuum_transaction), NULL, 1{differs}
FROM {table} AS r WHERE {r_key_is_new}
ON CONFLICT ({key}, transaction_id) DO UPDATE SET
    {take_excluded}operation_type = min(operation_type, 1){or_flags};

SELECT 'unknown_transaction' AS rule, {row_key} AS row_key, x.transaction_id
FROM versions x
WHERE NOT EXISTS (SELECT 1 FROM continuum_transaction t WHERE t.id = x.transaction_id)
UNION ALL
SELECT 'wrong_operation', {row_key}, x.transaction_id
FROM versions x
WHERE x.operation_type NOT IN (0, 1, 2)
   OR (x.operation_type = 0) <> (coalesce(x.continuum_previous, 2) = 2)

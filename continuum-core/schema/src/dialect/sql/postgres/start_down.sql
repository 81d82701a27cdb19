DELETE FROM continuum_transaction
WHERE id IN (SELECT baseline_transaction_id FROM continuum_table WHERE {tables});
DELETE FROM continuum_table WHERE {tables};

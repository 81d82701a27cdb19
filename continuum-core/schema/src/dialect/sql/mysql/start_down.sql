DELETE FROM continuum_transaction
WHERE id IN (SELECT baseline_transaction_id FROM continuum_table WHERE table_name IN ({tables}));
DELETE FROM continuum_table WHERE table_name IN ({tables});

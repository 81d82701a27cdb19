DELETE FROM continuum_transaction
WHERE id IN (SELECT baseline_transaction_id FROM continuum_table WHERE version_table IN ({tables}));
DELETE FROM continuum_table WHERE version_table IN ({tables});

INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
VALUES ({old_columns}, continuum_was DIV 4, continuum_id, 0{old_set})
ON DUPLICATE KEY UPDATE end_transaction_id = continuum_id;

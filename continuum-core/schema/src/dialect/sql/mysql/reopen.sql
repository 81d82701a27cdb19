UPDATE {version} AS v FORCE INDEX (PRIMARY) SET v.end_transaction_id = NULL
WHERE {v_key_is_row} AND v.transaction_id = continuum_was DIV 4;

UPDATE {version} AS v FORCE INDEX (PRIMARY) SET v.end_transaction_id = continuum_id
WHERE {v_key_is_new} AND v.transaction_id = continuum_was DIV 4;

UPDATE {version} AS v JOIN {newest} AS q ON {v_key_is_q} AND v.transaction_id = q.previous_transaction_id
SET v.end_transaction_id = continuum_id
WHERE {q_key_is_variable};

UPDATE {version} AS v
JOIN {newest} AS q ON {v_key_is_q} AND v.transaction_id = q.transaction_id
JOIN {version} AS p ON {p_key_is_q} AND p.transaction_id = @continuum_resumed
SET v.end_transaction_id = @continuum_resumed;

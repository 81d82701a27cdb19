UPDATE {version} AS v
JOIN {newest} AS q ON {v_key_is_q}
JOIN {version} AS p ON {p_key_is_q} AND p.transaction_id = q.previous_transaction_id
SET p.end_transaction_id = continuum_id
WHERE v.transaction_id = continuum_was;

-- The flags say what this version changes now, compared with the one before.
UPDATE {newest} AS q
JOIN {version} AS v FORCE INDEX (PRIMARY) ON {v_key_is_q} AND v.transaction_id = q.transaction_id
LEFT JOIN {version} AS p FORCE INDEX (PRIMARY) ON {p_key_is_q} AND p.transaction_id = q.previous_transaction_id
SET {said}
WHERE {q_key_is_row};

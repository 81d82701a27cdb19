{move_end}
UPDATE {newest} AS q JOIN {version} AS v ON {v_key_is_q}
SET q.transaction_id = continuum_id
WHERE v.transaction_id = continuum_was;
UPDATE {version} AS v SET v.transaction_id = continuum_id WHERE v.transaction_id = continuum_was;

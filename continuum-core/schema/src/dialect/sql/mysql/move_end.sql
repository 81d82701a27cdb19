SET continuum_previous = (
    SELECT q.previous_transaction_id FROM {newest} AS q WHERE {q_key_is_variable}
    LOCK IN SHARE MODE
);
IF continuum_previous IS NOT NULL THEN
    UPDATE {version} AS v FORCE INDEX (PRIMARY) SET v.end_transaction_id = continuum_id
    WHERE {v_key_is_variable} AND v.transaction_id = continuum_previous;
END IF;

{claim}
IF continuum_was = 0 THEN
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({new_columns}, continuum_id, 0{new_set});
ELSEIF continuum_was DIV 4 = continuum_id THEN
    -- It was there, and this transaction has deleted it; or it changed by a way that fires no trigger.
    UPDATE {version} AS v FORCE INDEX (PRIMARY)
    SET {take_new},
        v.operation_type = LEAST(v.operation_type, 1){appear_flags}
    WHERE {v_key_is_new} AND v.transaction_id = continuum_id;
    UPDATE {newest} AS q SET q.operation_type = LEAST(q.operation_type, 1) WHERE {q_key_is_new};
    {flag}
    {settle}
ELSE
    {close}
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({new_columns}, continuum_id, IF(continuum_was MOD 4 = 2, 0, 1){appear_set});
    {flag}
END IF;

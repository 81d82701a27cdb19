{claim}
IF continuum_was DIV 4 <> continuum_id THEN
    {first}
    {close_old}
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({old_columns}, continuum_id, 2{all_flags});
ELSEIF continuum_was MOD 4 <> 0 THEN
    UPDATE {version} AS v FORCE INDEX (PRIMARY)
    SET {take_old},
        v.operation_type = 2{set_flags}
    WHERE {v_key_is_old} AND v.transaction_id = continuum_id;
    UPDATE {newest} AS q SET q.operation_type = 2 WHERE {q_key_is_old};
ELSE
    {take_back}
END IF;

{claim}
IF continuum_was DIV 4 = continuum_id THEN
    UPDATE {version} AS v FORCE INDEX (PRIMARY)
    SET {take_new},
        v.operation_type = LEAST(v.operation_type, 1){or_flags}
    WHERE {v_key_is_new} AND v.transaction_id = continuum_id;
    {flag}
    {settle}
ELSE
    {first}
    {close_old}
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({new_columns}, continuum_id, 1{differs});
END IF;

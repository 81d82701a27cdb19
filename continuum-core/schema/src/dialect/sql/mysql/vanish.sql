{claim}
IF continuum_was DIV 4 <> continuum_id THEN
    {first}
    {close_old}
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({old_columns}, continuum_id, 2{all_flags});
ELSEIF continuum_was MOD 4 <> 0 THEN
    UPDATE {version} AS v
    SET {take_old},
        v.operation_type = 2{set_flags}
    WHERE {v_key_is_old} AND v.transaction_id = continuum_id;
    UPDATE {newest} AS q SET q.operation_type = 2 WHERE {q_key_is_old};
ELSE
    -- Inserted by this transaction: nothing has happened. What was before, if anything, is a delete.
    DELETE FROM {version} WHERE {key_is_old} AND transaction_id = continuum_id;
    {reopen_old}
    UPDATE {newest} AS q
    SET q.transaction_id = q.previous_transaction_id, q.operation_type = 2, q.previous_transaction_id = NULL
    WHERE {q_key_is_old} AND q.previous_transaction_id IS NOT NULL;
    DELETE FROM {newest} WHERE {key_is_old} AND transaction_id = continuum_id;
    SET @continuum_netted = TRUE;
END IF;

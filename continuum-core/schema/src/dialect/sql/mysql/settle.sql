-- An update back to the values from before is none.
SET continuum_was = (
    SELECT p.transaction_id * 4 + p.operation_type
    FROM {newest} AS q
    JOIN {version} AS v FORCE INDEX (PRIMARY) ON {v_key_is_q} AND v.transaction_id = q.transaction_id
    JOIN {version} AS p FORCE INDEX (PRIMARY) ON {p_key_is_q} AND p.transaction_id = q.previous_transaction_id
    WHERE {q_key_is_new} AND v.operation_type = 1 AND p.operation_type <> 2{and_unflagged}
        AND {v_is_p}
    LOCK IN SHARE MODE
);
IF continuum_was IS NOT NULL THEN
    DELETE v FROM {version} AS v FORCE INDEX (PRIMARY)
WHERE {v_key_is_new} AND v.transaction_id = continuum_id;
    {reopen_new}
    UPDATE {newest} AS q
    SET q.transaction_id = continuum_was DIV 4, q.operation_type = continuum_was MOD 4,
        q.previous_transaction_id = NULL
    WHERE {q_key_is_new};
    SET @continuum_netted = TRUE;
END IF;

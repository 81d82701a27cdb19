BEGIN
    {declarations}
    DECLARE continuum_done BOOLEAN DEFAULT FALSE;
    DECLARE continuum_rows CURSOR FOR
        SELECT {v_key}
        FROM {version} AS v FORCE INDEX ({index})
        STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY) ON {v_key_is_q} AND q.transaction_id = v.transaction_id
        WHERE {refers} AND v.operation_type <> 2
        LOCK IN SHARE MODE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
    OPEN continuum_rows;
    continuum_each: LOOP
        FETCH continuum_rows INTO {variables};
        IF continuum_done THEN
            LEAVE continuum_each;
        END IF;
        CALL {follow}({variables});
        {again}
    END LOOP;
    CLOSE continuum_rows;
END;

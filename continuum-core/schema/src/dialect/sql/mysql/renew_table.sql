BEGIN
    {keys}
    {previous}
    DECLARE continuum_done BOOLEAN DEFAULT FALSE;
    DECLARE continuum_own CURSOR FOR
        SELECT {v_key} FROM {version} AS v WHERE v.transaction_id = continuum_was;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
    OPEN continuum_own;
    continuum_move: LOOP
        FETCH continuum_own INTO {key_variables};
        IF continuum_done THEN
            LEAVE continuum_move;
        END IF;
        IF continuum_was <=> (
            SELECT q.transaction_id FROM {newest} AS q WHERE {q_key_is_variable} LOCK IN SHARE MODE
        ) THEN
            UPDATE {version} AS v FORCE INDEX (PRIMARY) SET v.transaction_id = continuum_id
            WHERE {v_key_is_variable} AND v.transaction_id = continuum_was;
            UPDATE {newest} AS q SET q.transaction_id = continuum_id WHERE {q_key_is_variable};
            {move_end}
        ELSE
            SET continuum_committed = TRUE;
        END IF;
    END LOOP;
    CLOSE continuum_own;
END;

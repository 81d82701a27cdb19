BEGIN
    {keys}
    {previous}
    DECLARE continuum_done BOOLEAN DEFAULT FALSE;
    DECLARE continuum_safe BOOLEAN DEFAULT @@SESSION.sql_safe_updates;
    DECLARE continuum_own CURSOR FOR
        SELECT {v_key} FROM {version} AS v WHERE v.transaction_id = continuum_was;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
    -- No variable has the collation of a column, and without it no row is found by its key alone;
    -- a column of a temporary table has it.
    DROP TEMPORARY TABLE IF EXISTS {moving};
    CREATE TEMPORARY TABLE {moving} (PRIMARY KEY ({key})) ENGINE = InnoDB
    AS SELECT {key} FROM {newest} AS q LIMIT 0;
    -- It has no row but the one.
    SET SESSION sql_safe_updates = FALSE;
    OPEN continuum_own;
    continuum_move: LOOP
        FETCH continuum_own INTO {key_variables};
        IF continuum_done THEN
            LEAVE continuum_move;
        END IF;
        DELETE FROM {moving};
        INSERT INTO {moving} ({key}) VALUES ({key_variables});
        IF continuum_was <=> (
            SELECT q.transaction_id
            FROM {moving} STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY) ON {q_key_is_moving}
            LOCK IN SHARE MODE
        ) THEN
            UPDATE {moving} STRAIGHT_JOIN {version} AS v FORCE INDEX (PRIMARY)
                ON {v_key_is_moving} AND v.transaction_id = continuum_was
            SET v.transaction_id = continuum_id;
            UPDATE {moving} STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY) ON {q_key_is_moving}
            SET q.transaction_id = continuum_id;
            {move_end}
        ELSE
            SET continuum_committed = TRUE;
        END IF;
    END LOOP;
    CLOSE continuum_own;
    SET SESSION sql_safe_updates = continuum_safe;
    DROP TEMPORARY TABLE {moving};
END;

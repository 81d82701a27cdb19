BEGIN
    {keys}
    {previous}
    DECLARE continuum_done BOOLEAN DEFAULT FALSE;
    DECLARE continuum_own CURSOR FOR
        SELECT {v_key} FROM {version} AS v WHERE v.transaction_id = continuum_was;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
    -- No variable has the collation of a column, and without it no row is found by its key alone;
    -- a column of a temporary table has it. Its one row has a key of its own: sessions with
    -- sql_safe_updates change no row that is not found by a key.
    DROP TEMPORARY TABLE IF EXISTS {moving};
    CREATE TEMPORARY TABLE {moving} (
        continuum_row TINYINT NOT NULL DEFAULT 1 PRIMARY KEY
    ) ENGINE = InnoDB AS SELECT {key} FROM {newest} AS q LIMIT 0;
    OPEN continuum_own;
    continuum_move: LOOP
        FETCH continuum_own INTO {key_variables};
        IF continuum_done THEN
            LEAVE continuum_move;
        END IF;
        DELETE FROM {moving} WHERE continuum_row = 1;
        INSERT INTO {moving} ({key}) VALUES ({key_variables});
        IF continuum_was <=> (
            SELECT q.transaction_id
            FROM {moving} AS m STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY)
                ON {q_key_is_moving}
            LOCK IN SHARE MODE
        ) THEN
            UPDATE {moving} AS m STRAIGHT_JOIN {version} AS v FORCE INDEX (PRIMARY)
                ON {v_key_is_moving} AND v.transaction_id = continuum_was
            SET v.transaction_id = continuum_id;
            UPDATE {moving} AS m STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY)
                ON {q_key_is_moving}
            SET q.transaction_id = continuum_id;
            {move_end}
        ELSE
            SET continuum_committed = TRUE;
        END IF;
    END LOOP;
    CLOSE continuum_own;
    DROP TEMPORARY TABLE {moving};
END;

SET continuum_previous = (
    SELECT q.previous_transaction_id
    FROM {moving} AS m STRAIGHT_JOIN {newest} AS q FORCE INDEX (PRIMARY)
        ON {q_key_is_moving}
    LOCK IN SHARE MODE
);
IF continuum_previous IS NOT NULL THEN
    UPDATE {moving} AS m STRAIGHT_JOIN {version} AS v FORCE INDEX (PRIMARY)
        ON {v_key_is_moving} AND v.transaction_id = continuum_previous
    SET v.end_transaction_id = continuum_id;
END IF;

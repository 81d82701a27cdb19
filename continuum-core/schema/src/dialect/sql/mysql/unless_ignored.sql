-- UPDATE IGNORE leaves a row where it is whose new key another one has. Looked for only where the history
-- knows of that one, or may not know of it: where the old key has gone, a locking read locks the gap.
/*M! IF continuum_was MOD 4 <> 2
    AND (continuum_was > 0 OR NOT (
        SELECT c.baseline_complete FROM continuum_table AS c WHERE c.version_table = {version_name}
        LOCK IN SHARE MODE
    ))
    AND EXISTS (SELECT 1 FROM {table} AS r WHERE {r_key_is_old} LOCK IN SHARE MODE)
THEN
    IF continuum_was = 0 THEN
        DELETE FROM {newest} WHERE {key_is_new};
    ELSEIF continuum_was DIV 4 <> continuum_id THEN
        UPDATE {newest} AS q
        SET q.transaction_id = continuum_was DIV 4, q.operation_type = continuum_was MOD 4,
            q.previous_transaction_id = NULL
        WHERE {q_key_is_new};
    END IF;
    SET @continuum_netted = TRUE;
    LEAVE continuum_move;
END IF; */

-- Inserted by this transaction: nothing has happened. What was before, if anything, is a delete.
DELETE v FROM {version} AS v FORCE INDEX (PRIMARY)
WHERE {v_key_is_row} AND v.transaction_id = continuum_id;
SET continuum_was = (
    SELECT q.previous_transaction_id * 4 + 2 FROM {newest} AS q WHERE {q_key_is_row}
    LOCK IN SHARE MODE
);
IF continuum_was IS NULL THEN
    DELETE FROM {newest} WHERE {key_is_row};
ELSE
    {reopen}
    UPDATE {newest} AS q
    SET q.transaction_id = continuum_was DIV 4, q.operation_type = 2, q.previous_transaction_id = NULL
    WHERE {q_key_is_row};
END IF;
SET @continuum_netted = TRUE;

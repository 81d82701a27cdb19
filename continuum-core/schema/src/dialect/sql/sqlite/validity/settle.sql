-- A version of this transaction that says nothing is taken away: an insert that was deleted again,
-- an update back to the values from before. The version before it is open again.
CREATE TRIGGER {settle_trigger}
AFTER UPDATE OF operation_type ON {version}
WHEN OLD.transaction_id = NEW.transaction_id
    AND NEW.end_transaction_id IS NULL
    AND (NEW.operation_type = -1
        OR NEW.operation_type = 1{and_unflagged}
            AND (
                SELECT p.operation_type <> 2{and_p_is_new}
                FROM {version} AS p
                WHERE {p_key_is_new} AND p.transaction_id < NEW.transaction_id
                ORDER BY p.transaction_id DESC LIMIT 1
            ))
BEGIN
    DELETE FROM {version} WHERE {key_is_new} AND transaction_id = NEW.transaction_id;
    UPDATE {version} SET end_transaction_id = NULL
    WHERE {key_is_new} AND end_transaction_id = NEW.transaction_id;
    UPDATE continuum_current SET netted = true;
END;

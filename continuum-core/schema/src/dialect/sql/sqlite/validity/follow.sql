-- An open version became that of another transaction: a copy of what it was goes before it.
CREATE TRIGGER {follow_trigger}
AFTER UPDATE OF transaction_id ON {version}
WHEN OLD.transaction_id < NEW.transaction_id
    AND NEW.transaction_id = (SELECT max(id) FROM continuum_transaction)
BEGIN
    INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
    VALUES ({old_columns}, OLD.transaction_id, NEW.transaction_id, OLD.operation_type{old_flags});
    -- For {settle_trigger}.
    UPDATE {version} SET operation_type = 1
    WHERE {key_is_new} AND transaction_id = NEW.transaction_id AND operation_type = 1;
END;

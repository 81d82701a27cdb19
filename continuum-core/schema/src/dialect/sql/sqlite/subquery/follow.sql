-- The newest version became that of another transaction: a copy of what it was goes before it.
CREATE TRIGGER {follow_trigger}
AFTER UPDATE OF transaction_id ON {version}
WHEN OLD.transaction_id < NEW.transaction_id
    AND NEW.transaction_id = (SELECT max(id) FROM continuum_transaction)
BEGIN
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({old_columns}, OLD.transaction_id, OLD.operation_type{old_flags});
    {settle_replaced}
END;

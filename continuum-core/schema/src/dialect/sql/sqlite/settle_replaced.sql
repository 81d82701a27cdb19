-- A row that REPLACE replaced by the same one: for {settle_trigger}, and then this transaction,
-- if it is of this change alone, says nothing either.
UPDATE {version} SET operation_type = 1
WHERE {key_is_new} AND transaction_id = NEW.transaction_id AND operation_type = 1;
DELETE FROM continuum_transaction
WHERE id = NEW.transaction_id
    AND NOT EXISTS (SELECT 1 FROM continuum_current)
    AND NOT EXISTS (SELECT 1 FROM {version} WHERE transaction_id = NEW.transaction_id);

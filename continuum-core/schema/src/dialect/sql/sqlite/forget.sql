UPDATE continuum_current SET netted = true;
DELETE FROM continuum_transaction
WHERE id = NEW.transaction_id
    AND NOT EXISTS (SELECT 1 FROM continuum_current)
    AND NOT EXISTS (SELECT 1 FROM {version} WHERE transaction_id = NEW.transaction_id);

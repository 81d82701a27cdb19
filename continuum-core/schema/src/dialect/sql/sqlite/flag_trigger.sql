
-- A version was written again: its flags say what it changes now, compared with the one before.
CREATE TRIGGER {flag_trigger}
AFTER UPDATE OF operation_type ON {version}
WHEN NEW.operation_type IN (0, 1)
BEGIN
    {flag}
    WHERE {key_is_new} AND transaction_id = NEW.transaction_id;
END;

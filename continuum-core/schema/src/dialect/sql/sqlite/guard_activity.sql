-- An activity is recorded in two steps.
CREATE TRIGGER continuum_activity_open BEFORE INSERT ON continuum_activity
BEGIN
    INSERT INTO continuum_writing SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM continuum_writing);
END;
CREATE TRIGGER continuum_activity_close AFTER UPDATE OF transaction_id ON continuum_activity
BEGIN
    DELETE FROM continuum_writing WHERE writer = 1;
END;

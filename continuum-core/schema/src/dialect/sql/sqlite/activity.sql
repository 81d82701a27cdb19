
-- What was done besides changing rows. What it points to is known by its table, the key of its row and
-- the transaction of its version, and need not be there any more.
CREATE TABLE continuum_activity (
    id INTEGER NOT NULL PRIMARY KEY,
    -- As the trigger has it.
    transaction_id BIGINT NOT NULL DEFAULT 0,
    verb TEXT NOT NULL,
    object_table TEXT,
    -- An array of JSON.
    object_key TEXT,
    object_transaction_id BIGINT,
    target_table TEXT,
    target_key TEXT,
    target_transaction_id BIGINT,
    data TEXT
);
CREATE INDEX continuum_activity_transaction ON continuum_activity (transaction_id);
CREATE INDEX continuum_activity_object ON continuum_activity (object_table, object_key);
CREATE INDEX continuum_activity_target ON continuum_activity (target_table, target_key);
CREATE TRIGGER continuum_activity_insert
AFTER INSERT ON continuum_activity
BEGIN
    INSERT INTO continuum_begin VALUES (true);
    UPDATE continuum_activity SET transaction_id = (SELECT max(id) FROM continuum_transaction)
    WHERE id = NEW.id;
END;

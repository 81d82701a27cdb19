-- What a connection tells the triggers: who and why, while a versioned_transaction runs. A table of
-- the connection's own: writing to it takes no lock on the database. Without rowid, so that
-- last_insert_rowid() stays what it is.
CREATE TEMP TABLE IF NOT EXISTS continuum_context (
    slot INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1),
    -- How many calls of versioned_transaction are running, one inside the other.
    depth INTEGER NOT NULL,
    actor TEXT,
    remote_addr TEXT,
    reason TEXT,
    meta TEXT,
    -- The row of the log, once a change has made it.
    transaction_id BIGINT
) WITHOUT ROWID;

-- It must stay the only trigger that leads from these tables to those of the database: a statement
-- takes the locks that its triggers could need, whether or not they do anything.
CREATE TEMP TRIGGER IF NOT EXISTS continuum_context_transaction
AFTER INSERT ON main.continuum_transaction
WHEN EXISTS (SELECT 1 FROM continuum_context WHERE transaction_id IS NULL)
BEGIN
    UPDATE continuum_transaction
    SET actor = coalesce(NEW.actor, c.actor),
        remote_addr = coalesce(NEW.remote_addr, c.remote_addr),
        reason = coalesce(NEW.reason, c.reason),
        meta = coalesce(NEW.meta, c.meta)
    FROM continuum_context AS c
    WHERE id = NEW.id;
    INSERT INTO continuum_current (transaction_id) VALUES (NEW.id);
    UPDATE continuum_context SET transaction_id = NEW.id;
END;

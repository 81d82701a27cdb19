-- What a connection tells the triggers: who and why, while a versioned_transaction runs. A table of
-- the connection's own: writing to it takes no lock on the database. Without rowid, so that
-- last_insert_rowid() stays what it is.
CREATE TEMP TABLE IF NOT EXISTS continuum_context (
    -- 1: what is said. 2: there is such a row once a change has made the transaction's in the log.
    slot INTEGER NOT NULL PRIMARY KEY,
    -- How many calls of versioned_transaction are running, one inside the other.
    depth INTEGER NOT NULL,
    actor TEXT,
    remote_addr TEXT,
    reason TEXT,
    meta TEXT
) WITHOUT ROWID;

-- It must stay the only trigger between these tables and those of the database, and in this
-- direction: a statement takes the locks that its triggers could need, needed or not.
CREATE TEMP TRIGGER IF NOT EXISTS continuum_context_transaction
AFTER INSERT ON main.continuum_transaction
WHEN 1 = (SELECT count(*) FROM continuum_context)
BEGIN
    UPDATE continuum_transaction
    SET (actor, remote_addr, reason, meta) = (
        SELECT coalesce(NEW.actor, c.actor),
            coalesce(NEW.remote_addr, c.remote_addr),
            coalesce(NEW.reason, c.reason),
            coalesce(NEW.meta, c.meta)
        FROM continuum_context AS c
    )
    WHERE id = NEW.id;
    INSERT INTO continuum_current (transaction_id) VALUES (NEW.id);
    INSERT INTO continuum_context (slot, depth) SELECT 2, depth FROM continuum_context;
END;

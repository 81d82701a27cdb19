-- What a connection tells the triggers: who and why, while a versioned_transaction runs. A table of
-- the connection's own: writing to it takes no lock on the database. Without rowid, so that
-- last_insert_rowid() stays what it is.
CREATE TEMP TABLE IF NOT EXISTS continuum_context (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- How many calls of versioned_transaction are running, one inside the other.
    depth INTEGER NOT NULL,
    -- What total_changes() is while the connection has written nothing else since.
    total_changes INTEGER NOT NULL,
    actor TEXT,
    remote_addr TEXT,
    reason TEXT,
    meta TEXT
) WITHOUT ROWID;

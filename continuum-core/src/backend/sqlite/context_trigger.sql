-- It must stay the only trigger between these tables and those of the database, and in this
-- direction: a statement takes the locks that its triggers could need, needed or not. SQLite compiles
-- it with each statement that changes a versioned table, and Diesel keeps no UPDATE: so it is short.
CREATE TEMP TRIGGER IF NOT EXISTS continuum_context_transaction
AFTER INSERT ON main.continuum_transaction
WHEN EXISTS (SELECT 1 FROM continuum_context) AND NOT EXISTS (SELECT 1 FROM continuum_current)
BEGIN
    UPDATE continuum_transaction
    SET (actor, remote_addr, reason, meta{columns}) = (
        SELECT coalesce(NEW.actor, c.actor),
            coalesce(NEW.remote_addr, c.remote_addr),
            coalesce(NEW.reason, c.reason),
            coalesce(NEW.meta, c.meta){values}
        FROM continuum_context AS c
    )
    WHERE id = NEW.id;
    INSERT INTO continuum_current (transaction_id) VALUES (NEW.id);
END;

-- actor, remote_addr, reason, meta. Fails where context.sql has not run; `ready` is 0 where its
-- trigger has gone with a transaction log that was dropped.
INSERT INTO temp.continuum_context AS outermost (slot, depth, actor, remote_addr, reason, meta)
VALUES (1, 1, ?1, ?2, ?3, ?4)
ON CONFLICT (slot) DO UPDATE SET
    depth = outermost.depth + 1,
    actor = coalesce(excluded.actor, outermost.actor),
    remote_addr = coalesce(excluded.remote_addr, outermost.remote_addr),
    reason = coalesce(excluded.reason, outermost.reason),
    meta = coalesce(excluded.meta, outermost.meta)
RETURNING
    transaction_id,
    EXISTS (SELECT 1 FROM sqlite_temp_master WHERE name = 'continuum_context_transaction') AS ready

-- actor, remote_addr, reason, meta. Inserts nothing where context.sql has to run again: its trigger
-- has gone with a transaction log that was dropped.
INSERT INTO temp.continuum_context (id, depth, total_changes, actor, remote_addr, reason, meta)
SELECT 1, 1, total_changes() + 1, ?1, ?2, ?3, ?4
WHERE EXISTS (SELECT 1 FROM sqlite_temp_master WHERE name = 'continuum_context_transaction')

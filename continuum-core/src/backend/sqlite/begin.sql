-- actor, remote_addr, reason, meta; columns of the application's own. Inserts nothing where the context
-- has to be made again: its trigger has gone with a transaction log that was dropped.
INSERT INTO temp.continuum_context (id, depth, total_changes, actor, remote_addr, reason, meta?5)
SELECT 1, 1, total_changes() + 1, ?1, ?2, ?3, ?4?6
WHERE EXISTS (SELECT 1 FROM sqlite_temp_master WHERE name = 'continuum_context_transaction')

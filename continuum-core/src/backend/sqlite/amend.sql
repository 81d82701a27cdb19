-- The transaction's row in the log follows what an inner call adds.
UPDATE main.continuum_transaction
SET actor = c.actor, remote_addr = c.remote_addr, reason = c.reason, meta = c.meta?1
FROM temp.continuum_context AS c
WHERE continuum_transaction.id = (SELECT transaction_id FROM main.continuum_current)

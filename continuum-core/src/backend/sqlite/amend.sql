-- The transaction's row of the log follows what an inner call adds.
UPDATE main.continuum_transaction
SET actor = c.actor, remote_addr = c.remote_addr, reason = c.reason, meta = c.meta
FROM temp.continuum_context AS c
WHERE id = c.transaction_id

-- No row where the call was an inner one.
DELETE FROM temp.continuum_context WHERE depth = 1 RETURNING transaction_id

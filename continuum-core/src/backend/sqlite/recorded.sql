-- The transaction's row in the log, where there is one, and whether a version was taken away again.
SELECT transaction_id, netted FROM main.continuum_current

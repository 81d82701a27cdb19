DELETE FROM main.continuum_current RETURNING transaction_id, netted

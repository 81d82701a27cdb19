-- After end.sql, where it returned a transaction.
DELETE FROM main.continuum_current RETURNING netted

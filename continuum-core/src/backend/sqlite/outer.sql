-- What the calls around an inner one have said in `meta`, and whether the transaction has its row
-- in the log. No row where there are no such calls.
SELECT meta, EXISTS (SELECT 1 FROM temp.continuum_context WHERE slot = 2)
FROM temp.continuum_context
WHERE slot = 1

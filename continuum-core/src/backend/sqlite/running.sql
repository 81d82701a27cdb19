-- How many calls of versioned_transaction are running, what they have said in `meta`, and whether
-- anything can have been recorded. Asked of the connection alone, so that a transaction which has not
-- touched the database does not wait for it. No row where there are no such calls.
SELECT depth, meta, total_changes() <> total_changes FROM temp.continuum_context

-- Deletes nothing for an inner call, one row where nothing was recorded, two where something was.
-- (Not said by RETURNING, which does not work for TEMP tables before SQLite 3.40.)
DELETE FROM temp.continuum_context WHERE depth = 1

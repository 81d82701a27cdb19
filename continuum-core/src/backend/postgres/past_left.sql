-- What stays of a scope whose transaction was committed inside: nothing else has this function, and the
-- views that refuse a table go with it.
SELECT 0 AS place, format('DROP VIEW pg_temp.%I;', r.relname) AS statement
FROM pg_class r
JOIN continuum_table c ON c.table_name = r.relname
WHERE r.relkind = 'v' AND r.relnamespace = pg_my_temp_schema()
  AND to_regprocedure('pg_temp.continuum_refuse(text)') IS NOT NULL
UNION
SELECT 1, 'DROP FUNCTION pg_temp.continuum_refuse(text) CASCADE;'
WHERE to_regprocedure('pg_temp.continuum_refuse(text)') IS NOT NULL
ORDER BY place

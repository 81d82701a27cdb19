-- What stays of a scope whose transaction was committed inside: had there been such views before, it could
-- not have begun.
SELECT printf('DROP VIEW temp."%w";', v.name) AS statement
FROM temp.sqlite_master AS v
WHERE v.type = 'view'
    AND v.name IN (SELECT m.name FROM main.sqlite_master AS m WHERE m.type IN ('table', 'view'))

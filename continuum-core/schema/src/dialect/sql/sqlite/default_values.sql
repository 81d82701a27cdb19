-- Of a row of which nothing was ever known, the default of the column.
UPDATE {version} SET {column} = {default_value}
WHERE {column} IS NULL;

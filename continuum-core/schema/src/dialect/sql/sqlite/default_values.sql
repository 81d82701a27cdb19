-- Of a row of which nothing was ever known, the default of the column. Where NOT NULL fails, it has none that can
-- be read: give these versions a value here.
UPDATE {version} SET {column} = {default_value}
WHERE {column} IS NULL;

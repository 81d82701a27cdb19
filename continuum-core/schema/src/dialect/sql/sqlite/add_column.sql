ALTER TABLE {version} ADD COLUMN {definition};
UPDATE {version} SET {column} = (SELECT r.{column} FROM {table} AS r WHERE {r_key_is_version})
WHERE {newest} AND operation_type <> 2;

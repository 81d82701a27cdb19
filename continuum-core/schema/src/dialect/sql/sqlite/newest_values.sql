-- The newest version of a row is what the row is now.
UPDATE {version} SET {column} = (SELECT r.{column} FROM {table} AS r WHERE {r_key_is_version})
WHERE {newest} AND operation_type <> 2{and_unknown};

-- The newest version of a row is what the row is now.
UPDATE {version} v SET {column} = r.{column}
FROM {table} r
WHERE {v_key_is_r} AND {newest}{and_unknown};

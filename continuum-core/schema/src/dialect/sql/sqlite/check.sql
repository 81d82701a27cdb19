-- Fails here, and not at the first change, where the table is not what `table!` says.
UPDATE {table} SET {touch_key} WHERE false;

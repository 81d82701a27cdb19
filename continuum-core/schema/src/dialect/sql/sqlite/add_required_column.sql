-- SQLite wants a default with ADD COLUMN; nothing uses it afterwards.
ALTER TABLE {version} ADD COLUMN {definition} DEFAULT {dummy};
-- The newest version of a row is what the row is now. The versions before get what existing rows
-- got: the default of the column, where that is a plain text or number{or_live}.
UPDATE {version} SET {column} = coalesce(
    iif(
        {newest} AND operation_type <> 2,
        (SELECT r.{column} FROM {table} AS r WHERE {r_key_is_version}),
        NULL
    ),
    {default_value}{live}
);

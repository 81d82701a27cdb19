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
    (
        SELECT CASE
            WHEN c.dflt_value LIKE '''%''' AND replace(substr(c.dflt_value, 2, length(c.dflt_value) - 2), '''''', '') NOT LIKE '%''%'
                THEN replace(substr(c.dflt_value, 2, length(c.dflt_value) - 2), '''''', '''')
            WHEN c.dflt_value NOT GLOB '*[^-+.0-9]*' AND c.dflt_value NOT GLOB '?*[-+]*'
                THEN CAST(c.dflt_value AS NUMERIC)
            WHEN lower(c.dflt_value) IN ('true', 'false') THEN lower(c.dflt_value) = 'true'
        END
        FROM pragma_table_info({table_name}) AS c WHERE c.name = {column_name} COLLATE NOCASE
    ){live}
);

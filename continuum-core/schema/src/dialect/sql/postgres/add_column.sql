-- A column of the type that the table's has; the versions so far get what the existing rows got.
DO $$
DECLARE
    sql_type text;
    value text;
    required boolean;
BEGIN
    SELECT format_type(a.atttypid, a.atttypmod)
            || coalesce(' COLLATE ' || nullif(a.attcollation, t.typcollation)::regcollation::text, ''),
        pg_get_expr(d.adbin, d.adrelid), a.attnotnull
    INTO STRICT sql_type, value, required
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = {table_name}::regclass AND a.attname = {column_name};
    IF required AND value IS NULL THEN
        RAISE EXCEPTION 'continuum: % of % is NOT NULL and has no default, so the versions so far have no value for it', {column_name}, {table_name}
            USING HINT = 'Give the column a default in its own migration, or make it nullable.';
    END IF;
    EXECUTE format(
        'ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s %s',
        {version_name}, {column_name}, sql_type,
        CASE WHEN required THEN 'NOT NULL DEFAULT ' || value END
    );
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', {version_name}, {column_name});
END $$;

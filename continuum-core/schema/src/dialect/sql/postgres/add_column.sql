-- {column}, of the type that it has in the table. Where it takes no NULL, versions of which nothing else is
-- known get what rows got that were there when the column came, its default.
DO $$
DECLARE
    sql_type text;
    value text;
BEGIN
    SELECT format_type(a.atttypid, a.atttypmod)
            || coalesce(' COLLATE ' || nullif(a.attcollation, t.typcollation)::regcollation::text, ''),
        pg_get_expr(d.adbin, d.adrelid)
    INTO STRICT sql_type, value
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = {table_name}::regclass AND a.attname = {column_name};
    EXECUTE format(
        'ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s',
        {version_name}, {column_name}, sql_type
    );
    {values}
    IF {required} AND EXISTS (SELECT FROM {version} v WHERE v.{column} IS NULL) THEN
        IF value IS NULL THEN
            RAISE EXCEPTION 'continuum: column % of % has no default, so older versions have no value for it', {column_name}, {table_name}
                USING HINT = 'Give the column a default in its own migration, or make it nullable.';
        END IF;
        EXECUTE format(
            'UPDATE %s SET %I = %s WHERE %2$I IS NULL',
            {version_name}, {column_name}, value
        );
    END IF;
    IF {required} THEN
        ALTER TABLE {version} ALTER COLUMN {column} SET NOT NULL;
    END IF;
END $$;

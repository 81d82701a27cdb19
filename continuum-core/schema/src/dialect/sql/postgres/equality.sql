-- The functions find an operator of a type in another schema only where the schema is in their path.
DO $$
DECLARE
    unseen text;
BEGIN
    SELECT format('%I (%s)', a.attname, format_type(a.atttypid, a.atttypmod)) INTO unseen
    FROM pg_index i
    CROSS JOIN unnest(i.indkey::int2[], i.indclass::oid[]) AS k (attnum, opclass)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    JOIN pg_opclass c ON c.oid = k.opclass
    WHERE i.indrelid = {version_name}::regclass AND i.indisprimary
      AND to_regoperator(format('=(%1$s,%1$s)', c.opcintype::regtype)) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'continuum: % cannot have a history: no = in the search_path compares its key %',
                {table_name}::regclass, unseen
            USING HINT = 'SET LOCAL search_path at the beginning of the migration, with the schema of the type.';
    END IF;
END $$;

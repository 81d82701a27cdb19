-- Fails here where the key in `table!` is none of the table: versions of several rows would be taken for those of one.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i
        WHERE i.indrelid = {table_name}::regclass AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
          AND NOT EXISTS (
              SELECT FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
              LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE k.position <= i.indnkeyatts AND (a.attname IN ({names})) IS NOT TRUE
          )
    ) THEN
        RAISE EXCEPTION '%', {message} USING ERRCODE = 'invalid_table_definition';
    END IF;
END $$;

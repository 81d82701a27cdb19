-- Unless somebody has dropped it.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = {version_name}::regclass AND attname = {from_name} AND NOT attisdropped
    ) THEN
        ALTER TABLE {version} RENAME COLUMN {from} TO {to};
    END IF;
END $$;

-- MariaDB tells a trigger also of what was not stored: what UPDATE IGNORE left out, and the time of a column
-- ON UPDATE CURRENT_TIMESTAMP where nothing else has changed. Then the row is what it was. Where it should
-- have got another key, this is looked for instead: of a key that has gone, a locking read locks the gap.
IF @continuum_off IS NOT NULL OR (
    {new_is_old}
) THEN
    LEAVE continuum_row;
END IF;
/*M! IF {same_key} THEN
    IF EXISTS (
        SELECT 1 FROM {table} AS r WHERE {r_key_is_old}
            AND {r_is_old}
        LOCK IN SHARE MODE
    ) THEN
        LEAVE continuum_row;
    END IF;
ELSEIF NOT EXISTS (
    SELECT 1 FROM {table} AS r WHERE {r_key_is_new}
    LOCK IN SHARE MODE
) THEN
    LEAVE continuum_row;
END IF; */

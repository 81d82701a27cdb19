DROP TRIGGER IF EXISTS {insert_trigger};
CREATE TRIGGER {insert_trigger}
AFTER INSERT ON {table} FOR EACH ROW
BEGIN
    DECLARE continuum_id, continuum_was BIGINT;
    IF @continuum_off IS NULL THEN
        {begin}
        {appear}
        {end}
    END IF;
END;

DROP TRIGGER IF EXISTS {update_trigger};
CREATE TRIGGER {update_trigger}
AFTER UPDATE ON {table} FOR EACH ROW
continuum_row: BEGIN
    DECLARE continuum_id, continuum_was, continuum_baseline BIGINT;
    {unless_changed}
    {begin}
    {update}
    {end}
END;

DROP TRIGGER IF EXISTS {delete_trigger};
CREATE TRIGGER {delete_trigger}
AFTER DELETE ON {table} FOR EACH ROW
BEGIN
    DECLARE continuum_id, continuum_was, continuum_baseline BIGINT;
    IF @continuum_off IS NULL THEN
        {begin}
        {vanish}
        {end}
    END IF;
END;

{follow}

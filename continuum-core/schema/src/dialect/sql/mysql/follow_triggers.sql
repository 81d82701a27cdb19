
-- Foreign keys to {parent} change and delete rows of {table} without firing its triggers.
DROP TRIGGER IF EXISTS {delete};
CREATE TRIGGER {delete}
AFTER DELETE ON {parent} FOR EACH ROW
BEGIN
    DECLARE continuum_depth INT DEFAULT @@SESSION.max_sp_recursion_depth;
    IF @continuum_off IS NULL THEN
        -- As deep as foreign keys go.
        SET SESSION max_sp_recursion_depth = 16;
        {deleted}
        SET SESSION max_sp_recursion_depth = continuum_depth;
    END IF;
END;

DROP TRIGGER IF EXISTS {update};
CREATE TRIGGER {update}
AFTER UPDATE ON {parent} FOR EACH ROW
BEGIN
    DECLARE continuum_depth INT DEFAULT @@SESSION.max_sp_recursion_depth;
    IF @continuum_off IS NULL THEN
        SET SESSION max_sp_recursion_depth = 16;
        {updated}
        SET SESSION max_sp_recursion_depth = continuum_depth;
    END IF;
END;

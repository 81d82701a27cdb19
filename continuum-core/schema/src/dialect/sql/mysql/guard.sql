DROP TRIGGER IF EXISTS {guard_update};
CREATE TRIGGER {guard_update} BEFORE UPDATE ON {table} FOR EACH ROW
BEGIN
    IF {outside} THEN
        CALL continuum_refuse({refuse_update});
    END IF;
END;
DROP TRIGGER IF EXISTS {guard_delete};
CREATE TRIGGER {guard_delete} BEFORE DELETE ON {table} FOR EACH ROW
BEGIN
    IF {outside} THEN
        CALL continuum_refuse({refuse_delete});
    END IF;
END;

CREATE TRIGGER {guard_update} BEFORE UPDATE ON {table}
WHEN {outside}{by_foreign_key}
BEGIN
    SELECT RAISE(ABORT, {refuse_update});
END;
CREATE TRIGGER {guard_delete} BEFORE DELETE ON {table}
WHEN {outside}
BEGIN
    SELECT RAISE(ABORT, {refuse_delete});
END;

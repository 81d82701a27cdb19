CREATE TRIGGER {guard_update} BEFORE UPDATE ON {table}
WHEN {old_is_other}{by_foreign_key}
BEGIN
    SELECT RAISE(ABORT, {refuse_update});
END;
CREATE TRIGGER {guard_delete} BEFORE DELETE ON {table}
WHEN {old_is_other}
BEGIN
    SELECT RAISE(ABORT, {refuse_delete});
END;
-- REPLACE deletes without a trigger.
CREATE TRIGGER {guard_insert} BEFORE INSERT ON {table}
WHEN {new_is_other}
    AND EXISTS (SELECT 1 FROM {table} AS v WHERE {is_replaced})
BEGIN
    SELECT RAISE(ABORT, {refuse_replace});
END;

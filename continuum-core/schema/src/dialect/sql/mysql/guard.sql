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
-- TRUNCATE fires no trigger, but is refused of a table to which a foreign key leads. No row is ever in
-- the table that it comes from.
DROP TABLE IF EXISTS {guard_truncate};
CREATE TABLE {guard_truncate} (
    PRIMARY KEY ({key})
) ENGINE = InnoDB
AS SELECT {key} FROM (SELECT {key} FROM {table} LIMIT 0) AS v;
ALTER TABLE {guard_truncate}
    ADD CONSTRAINT {constraint} FOREIGN KEY ({key}) REFERENCES {table} ({key});

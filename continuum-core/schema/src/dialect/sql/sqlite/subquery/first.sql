-- What is inserted into this view becomes the first version of a row that has none. By way of a
-- view, because SQLite inserts the rows of a SELECT by way of a temporary table where the same
-- trigger has read from the target.
CREATE VIEW {first_view} AS
SELECT {columns}, operation_type{flags} FROM {version};
CREATE TRIGGER {first_trigger}
INSTEAD OF INSERT ON {first_view}
WHEN NOT EXISTS (SELECT 1 FROM {version} WHERE {key_is_new})
    -- A trigger may have taken a changed row away, with all that was said of it.
    AND (NEW.operation_type = 2 OR EXISTS (SELECT 1 FROM {table} AS r WHERE {r_key_is_new}))
BEGIN
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES (
        {new_columns},
        iif(NEW.operation_type = 1 AND {baseline_complete}, (SELECT max(id) FROM continuum_transaction), {baseline}),
        0{new_flags}
    );
END;


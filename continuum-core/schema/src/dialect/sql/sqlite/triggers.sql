CREATE TRIGGER {insert_trigger}
AFTER INSERT ON {table}
BEGIN
    {refuse_null}
    INSERT INTO continuum_begin VALUES (NULL);
    {appear}
END;

{update}
CREATE TRIGGER {rekey_trigger}
AFTER UPDATE OF {key_names} ON {table}
WHEN {key_changed}
BEGIN
    {refuse_null}
    INSERT INTO continuum_begin VALUES (NULL);
    {vanish_if_gone}
    {appear}
END;

CREATE TRIGGER {delete_trigger}
AFTER DELETE ON {table}
WHEN {old_is_gone}
BEGIN
    INSERT INTO continuum_begin VALUES (NULL);
    {vanish}
END;

{first}
{follow}

{settle}

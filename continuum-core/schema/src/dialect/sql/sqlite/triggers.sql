CREATE TRIGGER {insert_trigger}
AFTER INSERT ON {table}
BEGIN
    {refuse_null}
    {open}
    -- A trigger of the application that ran before this one may have changed the row again.
    INSERT INTO continuum_begin VALUES ({told_in_order});
    {appear}
    {close}
END;

{update}
CREATE TRIGGER {rekey_trigger}
AFTER UPDATE OF {key_names} ON {table}
WHEN {key_changed}
BEGIN
    {refuse_null}
    {open}
    INSERT INTO continuum_begin VALUES ({told_in_order});
    {vanish_if_gone}
    {appear}
    -- What a foreign key of a row to itself does is told before the change of key: as an update
    -- after the delete of this key.
    UPDATE {version} SET operation_type = 0{new_set_flags}
    WHERE {key_is_new} AND operation_type = 1
        AND transaction_id IN (
            SELECT p.transaction_id FROM {version} AS p WHERE {p_key_is_new}
            ORDER BY p.transaction_id DESC LIMIT 2
        )
        AND 2 = (
            SELECT p.operation_type FROM {version} AS p
            WHERE {p_key_is_new} AND p.transaction_id < {version}.transaction_id
            ORDER BY p.transaction_id DESC LIMIT 1
        );
    {close}
END;

CREATE TRIGGER {delete_trigger}
AFTER DELETE ON {table}
WHEN {old_is_gone}
BEGIN
    {open}
    INSERT INTO continuum_begin VALUES (true);
    {vanish}
    {close}
END;

{first}
{follow}

{settle}
{flag}

-- Settles versions of this transaction. Takes away those that say nothing: inserts that were deleted
-- again (-1), and updates back to the values from before; the versions before them are the newest
-- again. Where rows were recorded in another order than the one in which they changed (-2, -3), what
-- the row is now decides first.
CREATE FUNCTION {settle}(versions tid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
<<continuum>>
DECLARE
    own tid[] := $1;
    decided tid[];
    undecided boolean;
    empty tid[];
    previous tid[];
BEGIN
    LOOP
        SELECT
            bool_or({own_undecided}),
            array_agg(own.ctid) FILTER (WHERE {own_empty}),
            array_agg(previous.ctid) FILTER (WHERE {own_empty})
        INTO continuum.undecided, continuum.empty, continuum.previous
        FROM {version} own
        LEFT JOIN LATERAL (
            SELECT v.*, v.ctid FROM {version} v
            WHERE {v_key_is_own} AND v.transaction_id < own.transaction_id
            ORDER BY v.transaction_id DESC LIMIT 1
        ) previous ON true
        WHERE own.ctid = ANY (continuum.own);
        EXIT WHEN continuum.undecided IS NOT TRUE;
        WITH decided AS (
            UPDATE {version} own
            SET {take_now},
                operation_type = CASE
                    WHEN now.continuum_is THEN CASE WHEN now.continuum_was THEN 1 ELSE 0 END
                    ELSE CASE WHEN now.continuum_was THEN 2 ELSE -1 END
                END{now_flags}
            FROM (
                SELECT live.*, own.ctid, previous.operation_type <> 2 AS continuum_was
                FROM {version} own
                LEFT JOIN LATERAL (
                    -- Locked, so that a row which another transaction has deleted since this one's
                    -- snapshot is a serialization failure, and not taken for one that is there.
                    SELECT {r_watched}, true AS continuum_is FROM {table} r
                    WHERE {r_key_is_own} FOR KEY SHARE
                ) live ON true
                LEFT JOIN LATERAL (
                    SELECT v.operation_type FROM {version} v
                    WHERE {v_key_is_own} AND v.transaction_id < own.transaction_id
                    ORDER BY v.transaction_id DESC LIMIT 1
                ) previous ON true
                WHERE own.ctid = ANY (continuum.own) AND ({own_undecided})
            ) now
            WHERE own.ctid = now.ctid
            RETURNING own.ctid
        )
        SELECT array_agg(d.ctid) INTO continuum.decided FROM decided d;
        continuum.own := continuum.own || continuum.decided;
    END LOOP;
    {flag}
    IF continuum.empty IS NULL THEN
        RETURN;
    END IF;
    IF NOT row_security_active({table_name}) THEN
        -- What is left of a change that was told in part is nothing: the other part may still be told.
        PERFORM continuum_mark_unordered({table_name}::regclass);
    END IF;
    DELETE FROM {version} v WHERE v.ctid = ANY (continuum.empty);
    {reopen}
    PERFORM continuum_forget_empty_transaction();
END $$;

-- Of versions that this transaction has written, those that are not what the row is now. They are
-- undecided (-2) from then on: of one statement, parts are told in the order in which they end, and what
-- a function does that the statement calls is told before the statement itself.
CREATE FUNCTION {recheck}(versions tid[]) RETURNS tid[]
LANGUAGE plpgsql AS $$
#variable_conflict use_column
<<continuum>>
DECLARE
    written tid[] := $1;
    undecided tid[];
BEGIN
    -- A table whose owner is under its policies cannot be asked.
    IF NOT row_security_active({table_name}) THEN
        WITH undecided AS (
            UPDATE {version} v SET operation_type = -2
            WHERE v.ctid = ANY (continuum.written) AND CASE
                WHEN v.operation_type IN (0, 1) THEN NOT EXISTS (
                    SELECT FROM {table} r
                    WHERE {v_key_is_r} AND ROW({r_columns})::record *= ROW({v_columns})::record
                )
                ELSE v.operation_type > -2 AND EXISTS (SELECT FROM {table} r WHERE {v_key_is_r})
            END
            RETURNING v.ctid
        )
        SELECT array_agg(u.ctid) INTO continuum.undecided FROM undecided u;
    END IF;
    RETURN continuum.undecided;
END $$;
REVOKE EXECUTE ON FUNCTION {recheck}(tid[]) FROM PUBLIC;

CREATE FUNCTION {insert}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
    {insert_body}
    RETURN NULL;
END $$;
CREATE TRIGGER {insert_trigger} AFTER INSERT ON {table}
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION {insert}();

CREATE FUNCTION {update}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
    {update_body}
    RETURN NULL;
END $$;
CREATE TRIGGER {update_trigger} AFTER UPDATE ON {table}
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION {update}();

CREATE FUNCTION {delete}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
    {delete_body}
    RETURN NULL;
END $$;
CREATE TRIGGER {delete_trigger} AFTER DELETE ON {table}
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION {delete}();

CREATE FUNCTION {truncate}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
    {off}
    {truncate_body}
    RETURN NULL;
END $$;
CREATE TRIGGER {truncate_trigger} BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {truncate}();

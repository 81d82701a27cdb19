<<continuum>>
DECLARE
    unordered boolean := false;
    t bigint;
    several boolean;
    updated bigint := 1;
    affected bigint := 1;
    changed bigint;
    rekeyed bigint;
    closed bigint;
    stored bigint;
    again tid[];
    written tid[];
BEGIN
    {unusual}
    {compared}
    IF continuum.unordered OR continuum.rekeyed > 0 OR continuum.affected <> continuum.updated THEN
        -- Rows have other keys, or foreign keys changed a row more than once, or statements of a
        -- trigger were recorded before the one that fired it: what the rows are now decides.
        {touch}
        IF EXISTS (
            SELECT FROM pg_constraint c
            WHERE c.conrelid = TG_RELID AND c.contype IN ('p', 'u') AND c.condeferrable
        ) THEN
            -- Two rows may have the same key until the constraint is checked.
            PERFORM continuum_mark_unordered(TG_RELID);
        END IF;
        RETURN NULL;
    END IF;
    IF continuum.changed = continuum.affected THEN
        -- What most statements are: every row changed, and none before in this transaction.
        continuum.t := continuum_transaction_id();
        UPDATE {version} v SET end_transaction_id = continuum.t
        WHERE {v_open_of_new}
          AND v.end_transaction_id IS NULL
          AND v.transaction_id - continuum.t < 0; -- so that no index serves this condition
        GET DIAGNOSTICS closed = ROW_COUNT;
        IF continuum.closed = continuum.changed THEN
            INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, 1{r_flags}
            FROM {paired} r;
            RETURN NULL;
        END IF;
    END IF;
    continuum.t := continuum_transaction_id();
    LOOP
        WITH changed AS MATERIALIZED (
            SELECT {n_columns}{n_differs}
            FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n}
            WHERE ROW({o_watched})::record *<> ROW({n_watched})::record
        ), closed AS (
            UPDATE {version} v SET end_transaction_id = continuum.t
            WHERE {v_open_of_changed}
              AND v.end_transaction_id IS NULL
              AND v.transaction_id - continuum.t < 0 -- so that no index serves this condition
            RETURNING 1
        ), stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, 1{r_flags}
            FROM changed r
            WHERE (SELECT count(*) FROM closed) >= 0 -- closing comes first
            ON CONFLICT ({key}) WHERE end_transaction_id IS NULL
            DO UPDATE SET {take_excluded_unless_deleted},
                operation_type = CASE v.operation_type WHEN 2 THEN -2 ELSE v.operation_type END{or_flags}
            WHERE v.transaction_id = continuum.t
            RETURNING v.ctid, v.operation_type
        )
        SELECT
            (SELECT count(*) FROM closed),
            count(*),
            array_agg(s.ctid) FILTER (WHERE s.operation_type <> 0),
            array_agg(s.ctid)
        INTO continuum.closed, continuum.stored, continuum.again, continuum.written
        FROM stored s;
        EXIT WHEN continuum.stored = continuum.changed;
        continuum.t := continuum_renew_transaction();
    END LOOP;
    IF continuum.closed = continuum.changed THEN
        RETURN NULL;
    END IF;
    {first_versions}
    continuum.again := continuum.again || {recheck}(continuum.written);
    IF continuum.again IS NOT NULL THEN
        PERFORM {settle}(continuum.again);
    END IF;
END;

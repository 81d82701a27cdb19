<<continuum>>
DECLARE
    unordered boolean := {unordered};
    t bigint;
    updated bigint;
    affected bigint;
    changed bigint;
    rekeyed bigint;
    drawn bigint := continuum_drawn_transaction_id();
    again tid[];
BEGIN
    -- A FULL JOIN is never a nested loop, however few rows the plan was made for.
    SELECT
        (SELECT count(*) FROM new_rows),
        count(*),
        count(*) FILTER (WHERE ROW({o_watched})::record *<> ROW({n_watched})::record),
        count(*) FILTER (WHERE {o_missing} OR {n_missing})
    INTO continuum.updated, continuum.affected, continuum.changed, continuum.rekeyed
    FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n};
    IF continuum.changed = 0 THEN
        RETURN NULL;
    END IF;
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
    IF continuum.changed = continuum.affected AND continuum.drawn IS NULL THEN
        -- What most statements are: every row changed, and none before in this transaction.
        continuum.t := continuum_transaction_id();
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, continuum.t, 1{r_flags}
        FROM {paired} r;
        {first_versions}
        RETURN NULL;
    END IF;
    {overtaken}
    continuum.t := continuum_transaction_id();
    WITH changed AS MATERIALIZED (
        SELECT {n_columns}{n_differs}
        FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n}
        WHERE ROW({o_watched})::record *<> ROW({n_watched})::record
    ), stored AS (
        INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, continuum.t, 1{r_flags}
        FROM changed r
        ON CONFLICT ({key}, transaction_id)
        DO UPDATE SET {take_excluded},
            operation_type = CASE v.operation_type WHEN 2 THEN -2 ELSE v.operation_type END{or_flags}
        RETURNING v.ctid, v.operation_type
    )
    SELECT
        -- Only a transaction that has recorded before can have come back to old values.
        array_agg(s.ctid) FILTER (WHERE s.operation_type <> 0 AND continuum.drawn IS NOT NULL)
    INTO continuum.again
    FROM stored s;
    {first_versions}
    IF continuum.again IS NOT NULL THEN
        PERFORM {settle}(continuum.again);
    END IF;
END;

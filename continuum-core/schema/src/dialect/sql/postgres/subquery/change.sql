<<continuum>>
DECLARE
    unordered boolean := false;
    t bigint;
    several boolean;
    updated bigint := 1;
    affected bigint := 1;
    changed bigint;
    rekeyed bigint;
    baseline_complete boolean;
    is_first boolean := coalesce(current_setting('continuum.transaction', true), '') = '';
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
    IF continuum.changed = continuum.affected AND continuum.is_first THEN
        -- What most statements are: every row changed, and none before in this transaction.
        continuum.t := continuum_transaction_id();
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, continuum.t, 1{r_flags}
        FROM {paired} r;
        IF NOT continuum.baseline_complete THEN
            {first_versions}
        END IF;
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
        DO UPDATE SET {take_excluded_unless_deleted},
            operation_type = CASE v.operation_type WHEN 2 THEN -2 ELSE v.operation_type END{or_flags}
        RETURNING v.ctid, v.operation_type
    )
    SELECT
        -- Only a transaction that has recorded before can have come back to old values.
        array_agg(s.ctid) FILTER (WHERE s.operation_type <> 0 AND NOT continuum.is_first),
        array_agg(s.ctid) FILTER (WHERE NOT continuum.is_first)
    INTO continuum.again, continuum.written
    FROM stored s;
    {first_versions}
    IF continuum.written IS NOT NULL THEN
        continuum.again := continuum.again || {recheck}(continuum.written);
    END IF;
    IF continuum.again IS NOT NULL THEN
        PERFORM {settle}(continuum.again);
    END IF;
END;

<<continuum>>
DECLARE
    t bigint;
    affected bigint;
    changed bigint;
    rekeyed bigint;
    drawn bigint := continuum_drawn_transaction_id();
    again tid[];
BEGIN
    -- A FULL JOIN is never a nested loop, however few rows the plan was made for.
    SELECT
        count(*),
        count(*) FILTER (WHERE ROW({o_watched})::record *<> ROW({n_watched})::record),
        count(*) FILTER (WHERE {o_missing} OR {n_missing})
    INTO continuum.affected, continuum.changed, continuum.rekeyed
    FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n};
    IF continuum.changed = 0 THEN
        RETURN NULL;
    END IF;
    IF continuum.changed = continuum.affected AND continuum.rekeyed = 0 AND continuum.drawn IS NULL THEN
        -- What most statements are: every row changed, and none before in this transaction.
        continuum.t := continuum_transaction_id();
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, continuum.t, 1{r_flags}
        FROM {paired} r;
        {first_versions}
        RETURN NULL;
    END IF;
    {overtaken}
    WITH paired AS MATERIALIZED (
        SELECT {n_columns}{n_differs}, {o_missing} OR {n_missing} AS continuum_rekeyed
        FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n}
        WHERE ROW({o_watched})::record *<> ROW({n_watched})::record
    ), changed AS (
        SELECT * FROM paired p WHERE NOT p.continuum_rekeyed
    ), current AS MATERIALIZED (
        SELECT continuum_transaction_id() AS id FROM changed LIMIT 1
    ), stored AS (
        INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, (SELECT c.id FROM current c), 1{r_flags}
        FROM changed r
        ON CONFLICT ({key}, transaction_id)
        DO UPDATE SET {take_excluded},
            operation_type = CASE v.operation_type WHEN 0 THEN 0 ELSE 1 END{or_flags}
        RETURNING v.ctid, v.operation_type
    )
    SELECT
        (SELECT c.id FROM current c),
        -- Only a transaction that has recorded before can have come back to old values.
        array_agg(s.ctid) FILTER (WHERE s.operation_type = 1 AND continuum.drawn IS NOT NULL)
    INTO continuum.t, continuum.again
    FROM stored s;
    IF continuum.t IS NOT NULL THEN
        {first_versions}
    END IF;
    IF continuum.again IS NOT NULL THEN
        PERFORM {settle}(continuum.again);
    END IF;
    IF continuum.rekeyed > 0 THEN
        -- A row under another key is a row that vanished and a row that appeared.
        {vanish_rekeyed}
        {appear_rekeyed}
    END IF;
END;

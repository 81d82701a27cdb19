<<continuum>>
DECLARE
    t bigint;
    affected bigint;
    changed bigint;
    rekeyed bigint;
    closed bigint;
    stored bigint;
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
    IF continuum.changed = continuum.affected AND continuum.rekeyed = 0 THEN
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
    LOOP
        WITH paired AS MATERIALIZED (
            SELECT {n_columns}{n_differs}, {o_missing} OR {n_missing} AS continuum_rekeyed
            FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n}
            WHERE ROW({o_watched})::record *<> ROW({n_watched})::record
        ), changed AS (
            SELECT * FROM paired p WHERE NOT p.continuum_rekeyed
        ), current AS MATERIALIZED (
            SELECT continuum_transaction_id() AS id FROM changed LIMIT 1
        ), closed AS (
            UPDATE {version} v SET end_transaction_id = (SELECT c.id FROM current c)
            WHERE {v_open_of_changed}
              AND v.end_transaction_id IS NULL
              AND v.transaction_id - (SELECT c.id FROM current c) < 0 -- so that no index serves it
            RETURNING 1
        ), stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, (SELECT c.id FROM current c), 1{r_flags}
            FROM changed r
            WHERE (SELECT count(*) FROM closed) >= 0 -- closing comes first
            ON CONFLICT ({key}) WHERE end_transaction_id IS NULL
            DO UPDATE SET {take_excluded},
                operation_type = CASE v.operation_type WHEN 0 THEN 0 ELSE 1 END{or_flags}
            WHERE v.transaction_id = (SELECT c.id FROM current c)
            RETURNING v.ctid, v.operation_type
        )
        SELECT
            (SELECT c.id FROM current c),
            (SELECT count(*) FROM changed),
            (SELECT count(*) FROM closed),
            count(*),
            array_agg(s.ctid) FILTER (
                WHERE s.operation_type = 1
                  AND (SELECT count(*) FROM closed) < (SELECT count(*) FROM changed)
            )
        INTO continuum.t, continuum.changed, continuum.closed, continuum.stored, continuum.again
        FROM stored s;
        EXIT WHEN continuum.stored = continuum.changed;
        PERFORM continuum_renew_transaction();
    END LOOP;
    IF continuum.closed < continuum.changed THEN
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

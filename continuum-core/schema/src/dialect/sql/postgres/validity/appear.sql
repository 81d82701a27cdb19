<<continuum>>
DECLARE
    unordered boolean := {unordered};
    t bigint;
    appeared bigint;
    stored bigint := 0;
    again tid[];
BEGIN
    {unusual}
    IF NOT continuum.unordered THEN
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, (SELECT continuum_transaction_id()), 0{r_set}
        FROM {rows} r
        ON CONFLICT ({key}) WHERE end_transaction_id IS NULL DO NOTHING;
        GET DIAGNOSTICS stored = ROW_COUNT;
        IF continuum.stored = 1 AND NOT EXISTS (SELECT FROM {rows} r OFFSET 1) THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT count(*) INTO continuum.appeared FROM {rows} r;
    IF continuum.stored < continuum.appeared THEN
        continuum.t := continuum_transaction_id();
        WHILE continuum.stored < continuum.appeared LOOP
            -- Some keys have an open version: deleted by earlier transactions, or by this one.
            UPDATE {version} v SET end_transaction_id = continuum.t
            WHERE {v_open_of_rows}
              AND v.end_transaction_id IS NULL
              AND v.transaction_id - continuum.t < 0; -- so that no index serves this condition
            WITH stored AS (
                INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
                SELECT {r_columns}, continuum.t, {appears}{r_set}
                FROM {rows} r
                ON CONFLICT ({key}) WHERE end_transaction_id IS NULL
                DO UPDATE SET {take},
                    operation_type = {appears_again}{set_flags}
                WHERE v.transaction_id = continuum.t
                RETURNING v.ctid, v.operation_type
            )
            SELECT count(*), array_agg(s.ctid) FILTER (WHERE s.operation_type <> 0)
            INTO continuum.stored, continuum.again
            FROM stored s;
            IF continuum.stored < continuum.appeared THEN
                continuum.t := continuum_renew_transaction();
            END IF;
        END LOOP;
        {first_versions}
        IF continuum.again IS NOT NULL THEN
            {recheck_again}
            PERFORM {settle}(continuum.again);
        END IF;
    END IF;
END;

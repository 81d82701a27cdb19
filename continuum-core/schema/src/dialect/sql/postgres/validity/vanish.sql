<<continuum>>
DECLARE
    unordered boolean := false;
    t bigint;
    vanished bigint;
    closed bigint;
    stored bigint;
    again tid[];
    written tid[];
BEGIN
    {unusual}
    SELECT count(*) INTO continuum.vanished FROM {rows} r;
    IF continuum.vanished > 0 THEN
        continuum.t := continuum_transaction_id();
        UPDATE {version} v SET end_transaction_id = continuum.t
        WHERE {v_open_of_rows}
          AND v.end_transaction_id IS NULL
          AND v.transaction_id - continuum.t < 0; -- so that no index serves this condition
        GET DIAGNOSTICS closed = ROW_COUNT;
        IF continuum.closed = continuum.vanished AND NOT continuum.unordered THEN
            INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, 2{all_flags}
            FROM {rows} r;
        ELSE
            LOOP
                WITH stored AS (
                    INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
                    SELECT {r_columns}, continuum.t, {vanishes}{all_flags}
                    FROM {rows} r
                    ON CONFLICT ({key}) WHERE end_transaction_id IS NULL
                    DO UPDATE SET {take_excluded_unless_deleted},
                        operation_type = {vanishes_again}{set_flags}
                    WHERE v.transaction_id = continuum.t
                    RETURNING v.ctid, v.operation_type
                )
                SELECT
                    count(*),
                    array_agg(s.ctid) FILTER (WHERE s.operation_type < 0),
                    array_agg(s.ctid)
                INTO continuum.stored, continuum.again, continuum.written
                FROM stored s;
                EXIT WHEN continuum.stored = continuum.vanished;
                continuum.t := continuum_renew_transaction();
                UPDATE {version} v SET end_transaction_id = continuum.t
                WHERE {v_open_of_rows}
                  AND v.end_transaction_id IS NULL
                  AND v.transaction_id - continuum.t < 0;
            END LOOP;
            {first_versions}
            {recheck_written}
        END IF;
        IF continuum.again IS NOT NULL THEN
            PERFORM {settle}(continuum.again);
        END IF;
    END IF;
END;

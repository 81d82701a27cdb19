<<continuum>>
DECLARE
    t bigint;
    cancelled tid[];
BEGIN
    IF EXISTS (SELECT FROM {rows} r) THEN
        {overtaken}
        continuum.t := continuum_transaction_id();
        -- -1: inserted and deleted by this transaction; settling takes the version away.
        WITH stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, 2{all_flags}
            FROM {rows} r
            ON CONFLICT ({key}, transaction_id)
            DO UPDATE SET {take_excluded},
                operation_type = CASE v.operation_type WHEN 0 THEN -1 ELSE 2 END{set_flags}
            RETURNING v.ctid, v.operation_type
        )
        SELECT array_agg(s.ctid) FILTER (WHERE s.operation_type = -1)
        INTO continuum.cancelled
        FROM stored s;
        {first_versions}
        IF continuum.cancelled IS NOT NULL THEN
            PERFORM {settle}(continuum.cancelled);
        END IF;
    END IF;
END;

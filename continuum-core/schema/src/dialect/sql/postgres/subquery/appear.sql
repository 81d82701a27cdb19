<<continuum>>
DECLARE
    t bigint;
    again tid[];
BEGIN
    IF EXISTS (SELECT FROM {rows} r) THEN
        -- Above READ COMMITTED, what others have done with these keys since cannot be seen.
        {overtaken}
        continuum.t := continuum_transaction_id();
        WITH stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, 0{r_set}
            FROM {rows} r
            ON CONFLICT ({key}, transaction_id)
            DO UPDATE SET {take_excluded},
                operation_type = CASE v.operation_type WHEN 0 THEN 0 ELSE 1 END{set_flags}
            RETURNING v.ctid, v.operation_type
        )
        SELECT array_agg(s.ctid) FILTER (WHERE s.operation_type = 1)
        INTO continuum.again
        FROM stored s;
        IF continuum.again IS NOT NULL THEN
            PERFORM {settle}(continuum.again);
        END IF;
    END IF;
END;

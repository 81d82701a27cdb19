<<continuum>>
DECLARE
    unordered boolean := {unordered};
    t bigint;
    again tid[];
BEGIN
    {unusual}
    {first_change}
    IF EXISTS (SELECT FROM {rows} r) THEN
        -- Above READ COMMITTED, what others have done with these keys since cannot be seen.
        {overtaken}
        continuum.t := continuum_transaction_id();
        WITH stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, {appears}{r_set}
            FROM {rows} r
            ON CONFLICT ({key}, transaction_id)
            DO UPDATE SET {take},
                operation_type = {appears_again}{set_flags}
            RETURNING v.ctid, v.operation_type
        )
        SELECT array_agg(s.ctid) FILTER (WHERE s.operation_type <> 0)
        INTO continuum.again
        FROM stored s;
        {first_versions}
        IF continuum.again IS NOT NULL THEN
            {recheck_again}
            PERFORM {settle}(continuum.again);
        END IF;
    END IF;
END;

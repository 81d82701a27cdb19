<<continuum>>
DECLARE
    unordered boolean := false;
    t bigint;
    again tid[];
    written tid[];
BEGIN
    {unusual}
    IF NOT continuum.unordered AND coalesce(current_setting('continuum.transaction', true), '') = '' THEN
        -- What most statements are: the first of their transaction.
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, (SELECT continuum_transaction_id()), 2{all_flags}
        FROM {rows} r;
        IF FOUND THEN
            continuum.t := continuum_transaction_id();
            {first_versions}
        END IF;
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM {rows} r) THEN
        {overtaken}
        continuum.t := continuum_transaction_id();
        WITH stored AS (
            INSERT INTO {version} AS v ({columns}, transaction_id, operation_type{flags})
            SELECT {r_columns}, continuum.t, {vanishes}{all_flags}
            FROM {rows} r
            ON CONFLICT ({key}, transaction_id)
            DO UPDATE SET {take_excluded_unless_deleted},
                operation_type = {vanishes_again}{set_flags}
            RETURNING v.ctid, v.operation_type
        )
        SELECT
            array_agg(s.ctid) FILTER (WHERE s.operation_type < 0),
            array_agg(s.ctid)
        INTO continuum.again, continuum.written
        FROM stored s;
        {first_versions}
        {recheck_written}
        IF continuum.again IS NOT NULL THEN
            PERFORM {settle}(continuum.again);
        END IF;
    END IF;
END;

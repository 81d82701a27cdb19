-- What rows became meanwhile is a version of its own.
DO $$
DECLARE
    resumed bigint;
BEGIN
    IF EXISTS (SELECT FROM {version} v JOIN {table} r ON {v_key_is_r} WHERE {stale}) THEN
        INSERT INTO continuum_transaction (reason) VALUES ({reason}) RETURNING id INTO resumed;{close}
        INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
        SELECT {r_columns}, resumed, 1{changed}
        FROM {version} v JOIN {table} r ON {v_key_is_r}
        WHERE {is_caught_up};
    END IF;
END $$;

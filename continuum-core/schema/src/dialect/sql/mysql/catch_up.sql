-- What rows became meanwhile is a version of its own.
START TRANSACTION;
SET @continuum_resumed = EXISTS (
    SELECT 1
    FROM {newest} AS q
    JOIN {version} AS v ON {v_key_is_q} AND v.transaction_id = q.transaction_id
    JOIN {table} AS r ON {r_key_is_q}
    WHERE v.operation_type <> 2 AND ({stale})
);
INSERT INTO continuum_transaction (issued_at, reason)
SELECT UTC_TIMESTAMP(6), {reason} FROM DUAL WHERE @continuum_resumed;
SET @continuum_resumed = IF(@continuum_resumed, LAST_INSERT_ID(), NULL);
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, @continuum_resumed, 1{changed}
FROM {newest} AS q
JOIN {version} AS v ON {v_key_is_q} AND v.transaction_id = q.transaction_id
JOIN {table} AS r ON {r_key_is_q}
WHERE v.operation_type <> 2 AND ({stale}) AND @continuum_resumed IS NOT NULL;
{close}
UPDATE {newest} AS q
SET q.previous_transaction_id = q.transaction_id, q.transaction_id = @continuum_resumed, q.operation_type = 1
WHERE EXISTS (SELECT 1 FROM {version} AS v WHERE {v_key_is_q} AND v.transaction_id = @continuum_resumed);
COMMIT;

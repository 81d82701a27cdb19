-- What rows became meanwhile is a version of its own.
INSERT INTO continuum_transaction (id, reason)
SELECT (SELECT coalesce(max(id), 0) + 1 FROM continuum_transaction), {reason}
WHERE EXISTS (
    SELECT 1 FROM {version} AS v JOIN {table} AS r ON {r_key_is_v}
    WHERE v.operation_type <> 2 AND ({stale}) AND NOT EXISTS (
        SELECT 1 FROM {version} AS q WHERE {q_key_is_v} AND q.transaction_id > v.transaction_id
    )
);
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, (SELECT max(id) FROM continuum_transaction), 1{changed}
FROM {version} AS v JOIN {table} AS r ON {r_key_is_v}
WHERE v.operation_type <> 2 AND ({stale}) AND NOT EXISTS (
    SELECT 1 FROM {version} AS q WHERE {q_key_is_v} AND q.transaction_id > v.transaction_id
);

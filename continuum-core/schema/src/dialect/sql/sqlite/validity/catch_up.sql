-- What rows became meanwhile is a version of its own.
INSERT INTO continuum_transaction (id, reason)
SELECT (SELECT coalesce(max(id), 0) + 1 FROM continuum_transaction), {reason}
WHERE EXISTS (
    SELECT 1 FROM {version} AS v JOIN {table} AS r ON {r_key_is_v}
    WHERE v.end_transaction_id IS NULL AND v.operation_type <> 2 AND ({stale})
);
UPDATE {version} AS v SET end_transaction_id = (SELECT max(id) FROM continuum_transaction)
FROM {table} AS r
WHERE {r_key_is_v} AND v.end_transaction_id IS NULL AND v.operation_type <> 2 AND ({stale});
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, v.end_transaction_id, 1{changed}
FROM {version} AS v JOIN {table} AS r ON {r_key_is_v}
WHERE v.end_transaction_id = (SELECT max(id) FROM continuum_transaction)
    AND NOT EXISTS (
        SELECT 1 FROM {version} AS q WHERE {q_key_is_v} AND q.transaction_id = v.end_transaction_id
    );

-- Versions that are there get what comparing each with the one before it says.
UPDATE {version} AS v
JOIN (
    SELECT {key}, transaction_id,
        LAG(transaction_id) OVER (PARTITION BY {key} ORDER BY transaction_id) AS previous
    FROM {version}
) AS q ON {v_key_is_q} AND v.transaction_id = q.transaction_id
LEFT JOIN {version} AS p ON {p_key_is_q} AND p.transaction_id = q.previous
SET {said}
WHERE {condition};

-- Versions that were made while it was not written have what was known before, or else what was known after.
UPDATE {version} v SET {column} = p.{column}
FROM (
    SELECT {key}, transaction_id,
        coalesce(
            max(transaction_id) FILTER (WHERE {column} IS NOT NULL)
                OVER (PARTITION BY {key} ORDER BY transaction_id),
            min(transaction_id) FILTER (WHERE {column} IS NOT NULL)
                OVER (PARTITION BY {key} ORDER BY transaction_id DESC)
        ) AS continuum_known
    FROM {version}
) q
JOIN {version} p ON {p_key_is_q} AND p.transaction_id = q.continuum_known
WHERE {v_key_is_q} AND v.transaction_id = q.transaction_id AND v.{column} IS NULL;

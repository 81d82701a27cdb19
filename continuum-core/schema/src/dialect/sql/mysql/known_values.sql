-- Versions that were made while it was not written have what was known before, or else what was known after.
UPDATE {version} AS v
JOIN (
    SELECT {key}, transaction_id,
        COALESCE(
            MAX(IF({column} IS NULL, NULL, transaction_id)) OVER (PARTITION BY {key} ORDER BY transaction_id),
            MIN(IF({column} IS NULL, NULL, transaction_id)) OVER (PARTITION BY {key} ORDER BY transaction_id DESC)
        ) AS continuum_known
    FROM {version}
) AS q ON {v_key_is_q} AND v.transaction_id = q.transaction_id
JOIN {version} AS p ON {p_key_is_q} AND p.transaction_id = q.continuum_known
SET v.{column} = p.{column}
WHERE v.{column} IS NULL;

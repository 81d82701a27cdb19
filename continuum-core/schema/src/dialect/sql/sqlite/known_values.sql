-- Versions that were made while it was not written have what was known before, or else what was known after.
UPDATE {version} SET {column} = p.{column}
FROM (
    SELECT {key}, transaction_id,
        coalesce(
            max(iif({column} IS NULL, NULL, transaction_id)) OVER (PARTITION BY {key} ORDER BY transaction_id),
            min(iif({column} IS NULL, NULL, transaction_id)) OVER (PARTITION BY {key} ORDER BY transaction_id DESC)
        ) AS continuum_known
    FROM {version}
) AS q
JOIN {version} AS p ON {p_key_is_q} AND p.transaction_id = q.continuum_known
WHERE {q_key_is_version} AND q.transaction_id = {version}.transaction_id AND {version}.{column} IS NULL;

UPDATE {version} SET ({flag_names}) = (
    SELECT {said}
    FROM (SELECT 1) LEFT JOIN {version} AS p ON {p_key_is_version}
        AND p.transaction_id = (
            SELECT max(q.transaction_id) FROM {version} AS q
            WHERE {q_key_is_version} AND q.transaction_id < {version}.transaction_id
        )
)

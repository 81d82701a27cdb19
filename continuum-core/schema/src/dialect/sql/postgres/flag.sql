UPDATE {version} v SET {take_said}
FROM (
    SELECT own.ctid, {said}
    FROM {version} own
    LEFT JOIN LATERAL (
        SELECT v.* FROM {version} v
        WHERE {v_key_is_own} AND v.transaction_id < own.transaction_id
        ORDER BY v.transaction_id DESC LIMIT 1
    ) previous ON true
    WHERE {condition}
) own
WHERE v.ctid = own.ctid AND ROW({v_flags}) <> ROW({own_flags});

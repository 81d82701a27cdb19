-- The newest version of a row is what the row is now.
UPDATE {version} AS v
JOIN {newest} AS q ON {v_key_is_q} AND v.transaction_id = q.transaction_id
JOIN {table} AS r ON {r_key_is_q}
SET v.{column} = r.{column}
WHERE v.operation_type <> 2{and_unknown};

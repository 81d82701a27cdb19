-- Rows from before the history, if any, get their first version.
INSERT INTO {version} ({columns}, transaction_id, end_transaction_id, operation_type{flags})
SELECT {r_columns}, {baseline}, continuum.t, 0{r_set}
FROM {rows} r
WHERE EXISTS (
    SELECT FROM {version} v
    WHERE {v_key_is_r} AND v.transaction_id = continuum.t
      AND (v.operation_type > 0
        OR v.operation_type = -3
          AND NOT (SELECT t.baseline_complete FROM continuum_table t WHERE {registered}))
    OFFSET 0
) AND NOT EXISTS (
    SELECT FROM {version} v
    WHERE {v_key_is_r} AND v.transaction_id <> continuum.t OFFSET 0
);

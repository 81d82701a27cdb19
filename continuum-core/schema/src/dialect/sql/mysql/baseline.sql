INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, @continuum_baseline, 0{r_set}
FROM {table} AS r;
INSERT INTO {newest} ({key}, transaction_id, operation_type)
SELECT {r_key}, @continuum_baseline, 0
FROM {table} AS r;

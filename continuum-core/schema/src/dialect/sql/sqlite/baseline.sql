INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, {baseline}, 0{r_set}
FROM {table} AS r;

-- Fails here, and not at the first change, where the table is not what `table!` says.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, 0, 0{r_set}
FROM {table} AS r
LIMIT 0;

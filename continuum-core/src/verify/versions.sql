WITH versions AS (
    SELECT v.*,
        lag(operation_type) OVER chain AS continuum_previous,
        lead(transaction_id) OVER chain AS continuum_following
    FROM {version_table} v
    WINDOW chain AS (PARTITION BY {key} ORDER BY transaction_id)
)

START TRANSACTION;
INSERT INTO continuum_transaction (issued_at, reason, meta)
VALUES (UTC_TIMESTAMP(6), {reason}, JSON_OBJECT('baseline', JSON_ARRAY({tables})));
SET @continuum_baseline = LAST_INSERT_ID();
INSERT INTO continuum_table (
    table_name, version_table, strategy, tracked_columns, baseline_transaction_id, baseline_complete
)
VALUES
    {entries};

{left_over}

-- By way of a derived table, so that the columns have their exact types and nothing that changes
-- them by itself (ON UPDATE CURRENT_TIMESTAMP).
CREATE TABLE IF NOT EXISTS {version} (
    {definitions}
) ENGINE = InnoDB
AS SELECT {columns}, {bookkeeping}
FROM (SELECT {columns} FROM {table} LIMIT 0) AS r;
{tighten}

-- Of each row, its newest version: found, and locked, by its key alone. A condition on the version
-- table that is not its whole key would lock the gap before the next row's versions as well, and
-- make transactions wait for each other that have no row in common.
CREATE TABLE IF NOT EXISTS {newest} (
    transaction_id BIGINT NOT NULL,
    operation_type SMALLINT NOT NULL,
    -- The version before, while the newest one is of a transaction that is running.
    previous_transaction_id BIGINT,
    PRIMARY KEY ({key})
) ENGINE = InnoDB
AS SELECT {key}, 0 AS transaction_id, 0 AS operation_type, NULL AS previous_transaction_id
FROM (SELECT {key} FROM {table} LIMIT 0) AS r;
ALTER TABLE {newest}
    {newest_alterations};

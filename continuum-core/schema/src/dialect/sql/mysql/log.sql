CREATE TABLE IF NOT EXISTS continuum_transaction (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- UTC. A DATETIME, which no time zone of a session changes.
    issued_at DATETIME(6) NOT NULL,
    actor LONGTEXT,
    remote_addr LONGTEXT,
    reason LONGTEXT,
    -- An object.
    meta JSON,
    {columns}
    KEY continuum_transaction_issued_at (issued_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;

CREATE TABLE IF NOT EXISTS continuum_table (
    -- May have ended histories besides the one that goes on.
    table_name VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    version_table VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    strategy VARCHAR(8) NOT NULL CHECK (strategy IN ('validity', 'subquery')),
    -- An array.
    tracked_columns JSON NOT NULL,
    -- False where the history has been ended and kept.
    recording BOOLEAN NOT NULL DEFAULT TRUE,
    baseline_transaction_id BIGINT NOT NULL,
    -- Whether the rows that were there when the history began have a version.
    baseline_complete BOOLEAN NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;

{begin}

-- Ends a migration that would not record everything, and a change that is not allowed.
DROP PROCEDURE IF EXISTS continuum_refuse;
CREATE PROCEDURE continuum_refuse(message VARCHAR(128) CHARACTER SET utf8mb4)
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = message;

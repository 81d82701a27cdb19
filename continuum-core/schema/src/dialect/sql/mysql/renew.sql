-- Moves this transaction, with all that it has recorded, to a fresh id: a transaction that drew its
-- id later has committed a change of the same row earlier.
DROP PROCEDURE IF EXISTS continuum_renew_transaction;
CREATE PROCEDURE continuum_renew_transaction()
MODIFIES SQL DATA
BEGIN
    DECLARE continuum_was BIGINT DEFAULT @continuum_transaction;
    DECLARE continuum_id BIGINT;
    DECLARE continuum_actor, continuum_remote_addr, continuum_reason LONGTEXT CHARACTER SET utf8mb4;
    DECLARE continuum_meta JSON;
    SELECT w.actor, w.remote_addr, w.reason, w.meta
    INTO continuum_actor, continuum_remote_addr, continuum_reason, continuum_meta
    FROM continuum_transaction AS w WHERE w.id = continuum_was
    LOCK IN SHARE MODE;
    -- Not INSERT … SELECT, which locks the counter of the table for a while.
    INSERT INTO continuum_transaction (issued_at, actor, remote_addr, reason, meta)
    VALUES (
        UTC_TIMESTAMP(6),
        continuum_actor, continuum_remote_addr, continuum_reason, continuum_meta
    );
    SET continuum_id = LAST_INSERT_ID();
    DELETE FROM continuum_transaction WHERE id = continuum_was;
    {tables}
    SET @continuum_transaction = continuum_id;
    SET @continuum_renewed = CONCAT_WS(',', continuum_was, @continuum_renewed);
END;

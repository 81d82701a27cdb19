-- Moves this transaction, with all that it has recorded, to a fresh id: a transaction that drew its
-- id later has committed a change of the same row earlier. Of what the transaction has recorded nothing
-- can have been overtaken, unless a statement that commits by itself stood in its middle: that keeps its id.
DROP PROCEDURE IF EXISTS continuum_renew_transaction;
CREATE PROCEDURE continuum_renew_transaction()
MODIFIES SQL DATA
BEGIN
    DECLARE continuum_was BIGINT DEFAULT @continuum_transaction;
    DECLARE continuum_id BIGINT;
    DECLARE continuum_committed BOOLEAN DEFAULT FALSE;
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
    {copy_columns}
    {tables}
    IF NOT continuum_committed THEN
        BEGIN
            DECLARE continuum_activity_id BIGINT;
            DECLARE continuum_done BOOLEAN DEFAULT FALSE;
            DECLARE continuum_own CURSOR FOR
                SELECT a.id FROM continuum_activity AS a WHERE a.transaction_id = continuum_was;
            DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
            OPEN continuum_own;
            continuum_move: LOOP
                FETCH continuum_own INTO continuum_activity_id;
                IF continuum_done THEN
                    LEAVE continuum_move;
                END IF;
                UPDATE continuum_activity AS a
                SET a.transaction_id = continuum_id,
                    a.object_transaction_id
                        = IF(a.object_transaction_id = continuum_was, continuum_id, a.object_transaction_id),
                    a.target_transaction_id
                        = IF(a.target_transaction_id = continuum_was, continuum_id, a.target_transaction_id)
                WHERE a.id = continuum_activity_id;
            END LOOP;
            CLOSE continuum_own;
        END;
        DELETE FROM continuum_transaction WHERE id = continuum_was;
    END IF;
    -- One statement: between two, the application's can be killed.
    SET @continuum_renewed = CONCAT_WS(',', continuum_was, @continuum_renewed),
        @continuum_transaction = continuum_id;
END;

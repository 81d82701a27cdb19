-- Finds the record that a versioned_transaction has made, where savepoints may have been rolled back since:
-- it may have gone with one, or be again that of the id before.
--
-- Not looked for by a SELECT, which would begin the snapshot of the application's transaction, nor by
-- ON DUPLICATE KEY: to read the first record of a page, InnoDB locks the gap before it, in which another
-- transaction may be about to make its own record again; an UPDATE locks it where nothing is found. What is
-- ignored is told by the conditions: a handler would not be asked when the statement is killed, and in a
-- trigger of MariaDB's, ROW_COUNT is that of the application's last statement.
DROP PROCEDURE IF EXISTS continuum_resume;
CREATE PROCEDURE continuum_resume()
MODIFIES SQL DATA
BEGIN
    DECLARE continuum_conditions, continuum_error INTEGER;
    DECLARE continuum_message VARCHAR(512) CHARACTER SET utf8mb4;
    -- Its transaction may have ended by itself: with a deadlock, or a statement that commits. What follows
    -- is no part of it. (MySQL does not tell.)
    /*M! IF NOT @@in_transaction THEN
        SET @continuum_transaction = NULL, @continuum_renewed = NULL;
    END IF; */
    IF @continuum_transaction IS NOT NULL THEN
        continuum_again: LOOP
            SET continuum_error = NULL;
            -- The two settings are of sessions that are not told of what is ignored.
            /*M! SET STATEMENT max_error_count = 64, old_mode = '' FOR */
            INSERT /*+ SET_VAR(max_error_count = 64) */ IGNORE INTO continuum_transaction
                (id, issued_at, actor, remote_addr, reason, meta{columns})
            VALUES (
                @continuum_transaction, UTC_TIMESTAMP(6),
                @continuum_actor, @continuum_remote_addr, @continuum_reason, @continuum_meta{values}
            );
            -- The last one, also where there is none: on MySQL, an IF or a SET in between would forget it.
            GET DIAGNOSTICS continuum_conditions = NUMBER;
            GET DIAGNOSTICS CONDITION continuum_conditions
                continuum_error = MYSQL_ERRNO, continuum_message = MESSAGE_TEXT;
            IF continuum_conditions > 0 THEN
                -- MySQL from 9.6 asks the foreign keys first: who has been deleted since it was made.
                IF continuum_error = 1062 AND continuum_message LIKE '%PRIMARY%'
                    OR continuum_error IN (1216, 1452) AND EXISTS (
                        SELECT 1 FROM continuum_transaction AS w WHERE w.id = @continuum_transaction
                        LOCK IN SHARE MODE
                    )
                THEN
                    LEAVE continuum_again;
                END IF;
                -- What it says is wrong: not ignored.
                DELETE FROM continuum_transaction WHERE id = @continuum_transaction;
                INSERT INTO continuum_transaction (id, issued_at, actor, remote_addr, reason, meta{columns})
                VALUES (
                    @continuum_transaction, UTC_TIMESTAMP(6),
                    @continuum_actor, @continuum_remote_addr, @continuum_reason, @continuum_meta{values}
                );
            END IF;
            IF @continuum_renewed IS NULL THEN
                -- Made again, and has no version yet.
                SET @continuum_netted = TRUE;
                LEAVE continuum_again;
            END IF;
            -- Since the savepoint it had taken a fresh id, which went with it.
            DELETE FROM continuum_transaction WHERE id = @continuum_transaction;
            -- One statement: between two, the application's can be killed.
            SET @continuum_transaction = CAST(SUBSTRING_INDEX(@continuum_renewed, ',', 1) AS SIGNED),
                @continuum_renewed = NULLIF(
                    SUBSTRING(@continuum_renewed, CHAR_LENGTH(SUBSTRING_INDEX(@continuum_renewed, ',', 1)) + 2), ''
                );
        END LOOP;
    END IF;
END;

-- Makes @continuum_transaction the transaction of the statement at hand; once for each statement.
--
-- User variables know nothing of transactions. While a versioned_transaction runs
-- (@continuum_context), the record made by one of its earlier statements is used again. Otherwise
-- each statement has a record of its own, because nothing tells whether a transaction has ended
-- since the last one.
DROP PROCEDURE IF EXISTS continuum_begin;
CREATE PROCEDURE continuum_begin(continuum_changed VARCHAR(64) CHARACTER SET utf8mb4)
MODIFIES SQL DATA
BEGIN
    -- InnoDB fills empty tables in bulk then, and loses rows where a part is rolled back.
    /*M! IF NOT @@SESSION.unique_checks AND NOT @@SESSION.foreign_key_checks THEN
        CALL continuum_refuse(LEFT(CONCAT(
            'continuum: SET unique_checks = 1: while it and foreign_key_checks are 0, rows can be lost: ',
            continuum_changed
        ), 128));
    END IF; */
    {require}
    IF @continuum_context IS NULL THEN
        INSERT INTO continuum_transaction (issued_at) VALUES (UTC_TIMESTAMP(6));
        SET @continuum_transaction = LAST_INSERT_ID(), @continuum_renewed = NULL;
    ELSE
        IF @continuum_transaction IS NOT NULL THEN
            IF NOT (CAST(@continuum_database AS BINARY) <=> CAST(DATABASE() AS BINARY)) THEN
                CALL continuum_refuse(LEFT(CONCAT(
                    'continuum: one transaction records in one database, this one in ', @continuum_database,
                    ': ', DATABASE(), '.', continuum_changed
                ), 128));
            END IF;
            CALL continuum_resume();
        END IF;
        IF @continuum_transaction IS NULL THEN
            INSERT INTO continuum_transaction (issued_at, actor, remote_addr, reason, meta{columns})
            VALUES (
                UTC_TIMESTAMP(6),
                @continuum_actor, @continuum_remote_addr, @continuum_reason, @continuum_meta{values}
            );
            SET @continuum_transaction = LAST_INSERT_ID(), @continuum_renewed = NULL,
                @continuum_database = DATABASE();
        END IF;
    END IF;
    SET @continuum_statement = NOW(6);
END;

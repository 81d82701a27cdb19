
-- What was done besides changing rows. What it points to is known by its table, the key of its row and
-- the transaction of its version, and need not be there any more.
CREATE TABLE IF NOT EXISTS continuum_activity (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    -- As the trigger has it.
    transaction_id BIGINT NOT NULL DEFAULT 0,
    verb LONGTEXT NOT NULL,
    object_table VARCHAR(64) COLLATE utf8mb4_bin,
    -- An array.
    object_key LONGTEXT COLLATE utf8mb4_bin,
    object_transaction_id BIGINT,
    target_table VARCHAR(64) COLLATE utf8mb4_bin,
    target_key LONGTEXT COLLATE utf8mb4_bin,
    target_transaction_id BIGINT,
    data JSON,
    KEY continuum_activity_transaction (transaction_id),
    KEY continuum_activity_object (object_table, object_key(191)),
    KEY continuum_activity_target (target_table, target_key(191))
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;
DROP TRIGGER IF EXISTS continuum_activity_insert;
CREATE TRIGGER continuum_activity_insert BEFORE INSERT ON continuum_activity
FOR EACH ROW
BEGIN
    IF @continuum_off IS NOT NULL THEN
        CALL continuum_refuse(
            'continuum: nothing is recorded here, so an activity has no transaction; record it outside of without_versioning'
        );
    END IF;
    IF NOT (@continuum_statement <=> NOW(6)) THEN
        CALL continuum_begin('continuum_activity');
    END IF;
    SET NEW.transaction_id = @continuum_transaction;
END;

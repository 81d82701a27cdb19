-- The transaction becomes that of the row's newest version, and what it was before is known:
-- continuum_was is its id and operation, 0 where the row has no version. One that is higher than
-- this transaction's has overtaken it, which then takes a fresh id for all that it has recorded.
continuum_claim: LOOP
    SET continuum_id = @continuum_transaction;
    INSERT INTO {newest} ({key}, transaction_id, operation_type, previous_transaction_id)
    VALUES ({row_key}, continuum_id, {operation}, NULLIF(LAST_INSERT_ID(0), 0))
    ON DUPLICATE KEY UPDATE
        previous_transaction_id = IF(
            LAST_INSERT_ID(transaction_id * 4 + operation_type) < continuum_id * 4,
            transaction_id, previous_transaction_id
        ),
        operation_type = IF(transaction_id < continuum_id, {operation_again}, operation_type),
        transaction_id = GREATEST(transaction_id, continuum_id);
    SET continuum_was = LAST_INSERT_ID();
    IF continuum_was < (continuum_id + 1) * 4 THEN
        LEAVE continuum_claim;
    END IF;
    CALL continuum_renew_transaction();
END LOOP;

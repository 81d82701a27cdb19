-- The transaction becomes that of the row's newest version, and what it was before is known:
-- continuum_was is its id and operation, 0 where the row has no version. Of this transaction, or of
-- one that has overtaken it, the entry is what it was; then this transaction takes a fresh id for all
-- that it has recorded.
continuum_claim: LOOP
    SET continuum_id = @continuum_transaction;
    INSERT INTO {newest} ({key}, transaction_id, operation_type, previous_transaction_id)
    VALUES ({row_key}, continuum_id, {operation}, NULLIF(LAST_INSERT_ID(0), 0))
    ON DUPLICATE KEY UPDATE
        previous_transaction_id = IF(
            LAST_INSERT_ID(transaction_id * 4 + operation_type) < continuum_id * 4,
            transaction_id, previous_transaction_id
        ),
        operation_type = {operation_again},
        transaction_id = continuum_id;
    SET continuum_was = LAST_INSERT_ID();
    IF continuum_was < continuum_id * 4 THEN
        LEAVE continuum_claim;
    END IF;
    UPDATE {newest} AS q
    SET q.transaction_id = continuum_was DIV 4, q.operation_type = continuum_was MOD 4
    WHERE {q_key_is_row};
    IF continuum_was DIV 4 = continuum_id THEN
        LEAVE continuum_claim;
    END IF;
    CALL continuum_renew_transaction();
END LOOP;

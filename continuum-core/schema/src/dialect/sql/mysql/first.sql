IF continuum_was = 0 THEN
    -- A row from before the history, without a version: it gets its first one.
    SELECT c.baseline_transaction_id INTO continuum_baseline
    FROM continuum_table AS c WHERE c.version_table = {version_name}
    LOCK IN SHARE MODE;
    IF continuum_baseline > continuum_id THEN
        CALL continuum_renew_transaction();
        SET continuum_id = @continuum_transaction;
    END IF;
    UPDATE {newest} AS q
    SET q.transaction_id = continuum_id, q.previous_transaction_id = continuum_baseline
    WHERE {q_key_is_old};
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    VALUES ({old_columns}, continuum_baseline, 0{old_set});
    SET continuum_was = continuum_baseline * 4;
END IF;

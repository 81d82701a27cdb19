IF continuum_overtaken() AND (
    current_setting('transaction_isolation') IN ('repeatable read', 'serializable')
    OR EXISTS (
        SELECT FROM {rows} r
        WHERE continuum_drawn_transaction_id() < (
            SELECT v.transaction_id FROM {version} v
            WHERE {v_key_is_r}
            ORDER BY v.transaction_id DESC LIMIT 1
        )
    )
) THEN
    PERFORM continuum_renew_transaction();
END IF;

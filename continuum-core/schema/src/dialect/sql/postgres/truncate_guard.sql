-- TRUNCATE also removes rows that others committed after this transaction's snapshot was taken;
-- those cannot be seen here, so they could not be recorded.
IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
    RAISE EXCEPTION 'continuum: TRUNCATE of a versioned table cannot be recorded under %',
            upper(current_setting('transaction_isolation'))
        USING ERRCODE = 'feature_not_supported',
            HINT = 'TRUNCATE under READ COMMITTED, or use DELETE.';
END IF;

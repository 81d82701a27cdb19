IF pg_trigger_depth() > 1
    OR current_setting('transaction_isolation') <> 'read committed'
    OR current_setting('continuum.unordered', true) <> ''
    OR current_setting('continuum.recording', true) <> '' THEN
    {off}
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable')
        AND NOT EXISTS (SELECT FROM continuum_table t WHERE {registered})
    THEN
        -- Where the transaction takes another id, it would not find these versions.
        RAISE EXCEPTION 'could not serialize access: the history of % began after this transaction', {table_name}
            USING ERRCODE = 'serialization_failure', HINT = 'The transaction might succeed if retried.';
    END IF;
    -- Whether rows may be recorded in another order than the one in which they changed.
    continuum.unordered := CASE
        WHEN pg_trigger_depth() > 1 THEN continuum_mark_unordered(TG_RELID)
        ELSE coalesce(current_setting('continuum.unordered', true), '') LIKE '%,' || TG_RELID || ',%'
    END;
END IF;

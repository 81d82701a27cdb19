IF TG_RELID IS DISTINCT FROM to_regclass({table_name}) THEN
    RAISE EXCEPTION 'continuum: the history of % cannot record TRUNCATE of %', {table_name}, TG_RELID::regclass
        USING ERRCODE = 'feature_not_supported',
            HINT = 'The table was renamed. Drop its triggers, or make them anew with continuum-cli gen-migrations.';
END IF;
IF EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = TG_RELID)
    AND (SELECT c.relkind FROM pg_class c WHERE c.oid = TG_RELID) = 'r'
THEN
    RAISE EXCEPTION 'continuum: TRUNCATE of %, from which tables inherit, cannot be recorded', TG_RELID::regclass
        USING ERRCODE = 'feature_not_supported',
            HINT = 'It may be of that table ONLY, which nothing tells. Use DELETE.';
END IF;
-- TRUNCATE also removes rows that others committed after this transaction's snapshot was taken;
-- those cannot be seen here, so they could not be recorded.
IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
    RAISE EXCEPTION 'continuum: TRUNCATE of a versioned table cannot be recorded under %',
            upper(current_setting('transaction_isolation'))
        USING ERRCODE = 'feature_not_supported',
            HINT = 'TRUNCATE under READ COMMITTED, or use DELETE.';
END IF;

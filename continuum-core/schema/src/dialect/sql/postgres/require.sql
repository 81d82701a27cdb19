lacks := CASE
    {lacks}
END;
IF lacks IS NOT NULL THEN
    -- Who called says which table it is about.
    GET DIAGNOSTICS stack = PG_CONTEXT;
    RAISE EXCEPTION 'continuum: % is changed %',
            coalesce((
                SELECT g.tgrelid::regclass::text FROM pg_trigger g
                WHERE strpos(stack, ' function ' || g.tgfoid::regprocedure || ' line ') > 0 LIMIT 1
            ), 'a versioned table'),
            lacks
        USING ERRCODE = 'check_violation';
END IF;

DO $$
DECLARE
    function regprocedure;
BEGIN
    FOREACH function IN ARRAY ARRAY[
        {functions}
    ]::regprocedure[] LOOP
        EXECUTE format(
            'ALTER FUNCTION %s {settings}',
            function, current_setting('search_path')
        );
    END LOOP;
END $$;

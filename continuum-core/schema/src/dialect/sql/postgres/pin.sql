DO $$
DECLARE
    function regprocedure;
    schemas text;
BEGIN
    SELECT string_agg(quote_ident(s), ', ') INTO STRICT schemas FROM unnest(current_schemas(false)) s;
    FOREACH function IN ARRAY ARRAY[
        {functions}
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s {settings}', function, schemas);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
    END LOOP;
END $$;

-- Of the session. With a transaction that is still open this could be rolled back.
DO $$ BEGIN
    IF statement_timestamp() <> transaction_timestamp() THEN
        RAISE EXCEPTION 'continuum: recording cannot be turned on inside a transaction';
    END IF;
    PERFORM set_config('continuum.recording', '', false);
END $$

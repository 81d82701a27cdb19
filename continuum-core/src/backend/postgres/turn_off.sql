-- Whether a transaction is open: Diesel does not know of one that was begun with SQL. One statement
-- alone begins when its transaction does.
DO $$ BEGIN
    PERFORM continuum_stop_recording(
        {in_transaction} OR statement_timestamp() <> transaction_timestamp()
    );
END $$

-- The same, and where there is none makes one. The setting follows savepoints.
CREATE FUNCTION continuum_transaction_id() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    drawn bigint;
    context jsonb := nullif(current_setting('continuum.context', true), '')::jsonb;
    last bigint;
    ignored bigint;
    noted text;{require_variables}{column_variables}
BEGIN
    IF current_setting('continuum.transaction', true) <> '' THEN
        drawn := continuum_drawn_transaction_id();
        IF drawn IS NOT NULL THEN
            RETURN drawn;
        END IF;
    END IF;
    IF jsonb_typeof(context -> 'meta') <> 'object' THEN
        RAISE EXCEPTION 'continuum: "meta" of continuum.context is not an object: %', context -> 'meta'
            USING ERRCODE = 'check_violation';
    END IF;
    IF current_setting('continuum.renewed', true) <> '' THEN
        -- Another history, in another schema, may have made its own record meanwhile. Of the provisional ids
        -- only that of this transaction can be seen.
        SELECT max(t.id) INTO drawn FROM continuum_transaction t WHERE t.id >= {provisional};
        IF drawn IS NOT NULL THEN
            noted := set_config('continuum.transaction', drawn::text, true);
            RETURN drawn;
        END IF;
    END IF;
    {require}
    {read_columns}
    {draw}
    INSERT INTO continuum_transaction (id, actor, remote_addr, reason, meta{columns})
    VALUES (
        drawn, context ->> 'actor', context ->> 'remote_addr', context ->> 'reason', context -> 'meta'{values}
    );
    noted := set_config('continuum.transaction', drawn::text, true);
    RETURN drawn;
END $$;

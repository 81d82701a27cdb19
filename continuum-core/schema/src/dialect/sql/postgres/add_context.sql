-- Adds to what is known of the current transaction: who, from where, why, anything else.
CREATE FUNCTION continuum_add_context(added jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    context jsonb := coalesce(nullif(current_setting('continuum.context', true), '')::jsonb, '{}');
    meta jsonb := coalesce(context -> 'meta', '{}') || coalesce(added -> 'meta', '{}');{column_variables}
BEGIN
    context := context || added;
    IF jsonb_typeof(meta) <> 'object' THEN
        RAISE EXCEPTION 'continuum: "meta" is not an object: %', added -> 'meta'
            USING ERRCODE = 'check_violation';
    END IF;
    IF meta <> '{}' THEN
        context := context || jsonb_build_object('meta', meta);
    END IF;
    PERFORM set_config('continuum.context', context::text, true);
{read_columns}    UPDATE continuum_transaction
    SET actor = context ->> 'actor',
        remote_addr = context ->> 'remote_addr',
        reason = context ->> 'reason',
        meta = context -> 'meta'{assignments}
    WHERE id = continuum_drawn_transaction_id();
END $$;

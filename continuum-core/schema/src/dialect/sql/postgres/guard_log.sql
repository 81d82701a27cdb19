-- Refuses what changes the history from outside, save what a transaction tells of itself.
CREATE FUNCTION continuum_refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        IF OLD.id = continuum_drawn_transaction_id() THEN
            RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
        END IF;
    END IF;
    RAISE EXCEPTION 'continuum: the history is only added to: % of % is refused', TG_OP, TG_RELID::regclass
        USING ERRCODE = 'insufficient_privilege',
            HINT = 'Where it has to be changed all the same: SET LOCAL continuum.maintenance = ''on''.';
END $$;
CREATE TRIGGER continuum_transaction_guard BEFORE UPDATE OR DELETE ON continuum_transaction
FOR EACH ROW {outside} EXECUTE FUNCTION continuum_refuse_change();
CREATE TRIGGER continuum_transaction_guard_truncate BEFORE TRUNCATE ON continuum_transaction
FOR EACH STATEMENT {outside} EXECUTE FUNCTION continuum_refuse_change();
CREATE TRIGGER continuum_activity_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON continuum_activity
FOR EACH STATEMENT {outside} EXECUTE FUNCTION continuum_refuse_change();

CREATE TRIGGER {update_trigger}
AFTER UPDATE ON {table}
WHEN {key_kept}
    AND ({changed})
BEGIN
    {refuse_null}
    {open}
    INSERT INTO continuum_begin VALUES ({told_in_order});
    {change}
    {close}
END;

IF pg_trigger_depth() > 1
    OR current_setting('continuum.unordered', true) <> ''
    OR current_setting('continuum.recording', true) <> '' THEN
    {off}
    -- Whether rows may be recorded in another order than the one in which they changed.
    continuum.unordered := CASE
        WHEN pg_trigger_depth() > 1 THEN continuum_mark_unordered(TG_RELID)
        ELSE coalesce(current_setting('continuum.unordered', true), '') LIKE '%,' || TG_RELID || ',%'
    END;
END IF;

WHEN (pg_trigger_depth() = 0 AND coalesce(current_setting('continuum.maintenance', true), '') = '')

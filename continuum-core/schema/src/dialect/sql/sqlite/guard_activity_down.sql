DROP TRIGGER continuum_activity_open;
DROP TRIGGER continuum_activity_close;

-- The mode in which triggers and procedures run, whatever the application's: no value that is recorded is
-- altered or refused. With backslashes as escapes: without them, MySQL does not read a default or a CHECK of the
-- table that has a quote in it.
SET @continuum_sql_mode = @@SESSION.sql_mode;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES';

{statements}

SET SESSION sql_mode = @continuum_sql_mode;

-- The mode in which triggers and procedures run, whatever the application's: no value that is recorded is
-- altered or refused.
SET @continuum_sql_mode = @@SESSION.sql_mode;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_BACKSLASH_ESCAPES';

{statements}

SET SESSION sql_mode = @continuum_sql_mode;

-- What information_schema shows of a default is not always what it is; a row has it.
DROP TEMPORARY TABLE IF EXISTS continuum_default;
CREATE TEMPORARY TABLE continuum_default (continuum_row INTEGER NOT NULL PRIMARY KEY)
AS SELECT 1 AS continuum_row, r.{column} FROM {table} AS r LIMIT 0;
INSERT IGNORE INTO continuum_default (continuum_row) VALUES (1);
SET @continuum_default = (SELECT CONCAT('X''', HEX(CAST(d.{column} AS BINARY)), '''') FROM continuum_default AS d);
DROP TEMPORARY TABLE continuum_default;

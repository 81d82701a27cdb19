-- Of a row of which nothing was ever known, the default of the column.
DROP TEMPORARY TABLE IF EXISTS continuum_default;
CREATE TEMPORARY TABLE continuum_default (continuum_row INTEGER NOT NULL PRIMARY KEY)
AS SELECT 1 AS continuum_row, r.{column} FROM {table} AS r LIMIT 0;
INSERT IGNORE INTO continuum_default (continuum_row) VALUES (1);
UPDATE {version} AS v SET v.{column} = (SELECT d.{column} FROM continuum_default AS d)
WHERE v.{column} IS NULL;
DROP TEMPORARY TABLE continuum_default;

ALTER TABLE {version} RENAME COLUMN {column} TO continuum_old;
ALTER TABLE {version} ADD COLUMN {definition};
UPDATE {version} SET {column} = continuum_old;
ALTER TABLE {version} DROP COLUMN continuum_old;

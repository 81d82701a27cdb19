ALTER TABLE {version} ADD COLUMN {definition};

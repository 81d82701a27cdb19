INSERT INTO continuum_writing SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM continuum_writing);

CREATE TRIGGER {require} AFTER INSERT ON {version}
WHEN NOT EXISTS (SELECT 1 FROM continuum_writing WHERE writer = 2)
BEGIN
    {refusals}
END;

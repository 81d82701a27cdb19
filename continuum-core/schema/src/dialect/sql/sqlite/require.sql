CREATE TRIGGER {require} AFTER {event}
WHEN NOT EXISTS (SELECT 1 FROM continuum_writing WHERE writer = 2)
BEGIN
    {refusals}
END;

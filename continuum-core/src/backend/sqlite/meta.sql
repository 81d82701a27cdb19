-- What the outer calls have said, to add to.
SELECT meta FROM temp.continuum_context

DELETE FROM temp.continuum_context

DELETE FROM continuum_writing WHERE writer = 1;

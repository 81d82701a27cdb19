UPDATE temp.continuum_context SET depth = depth - 1

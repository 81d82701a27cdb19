UPDATE temp.continuum_context SET depth = depth - 1, total_changes = total_changes + 1

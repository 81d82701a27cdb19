-- actor, remote_addr, reason, meta; columns of the application's own.
UPDATE temp.continuum_context
SET depth = depth + 1,
    total_changes = total_changes + 1,
    actor = coalesce(?1, actor),
    remote_addr = coalesce(?2, remote_addr),
    reason = coalesce(?3, reason),
    meta = coalesce(?4, meta)?5

UPDATE {version} v SET end_transaction_id = NULL WHERE v.ctid = ANY (continuum.previous);

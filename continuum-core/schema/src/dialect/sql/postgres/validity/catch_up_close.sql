        UPDATE {version} v SET end_transaction_id = resumed
        FROM {table} r
        WHERE {v_key_is_r} AND {stale};

NOT EXISTS (
            SELECT 1 FROM {version} AS q FORCE INDEX (PRIMARY)
            WHERE {v_key_is_q} AND q.transaction_id > v.transaction_id
            LOCK IN SHARE MODE
        )

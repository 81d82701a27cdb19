IF EXISTS (
    SELECT 1 FROM {version} AS v FORCE INDEX (PRIMARY)
    WHERE {v_key_is} AND v.transaction_id > continuum_last
    LOCK IN SHARE MODE
) THEN
    ITERATE continuum_each;
END IF;

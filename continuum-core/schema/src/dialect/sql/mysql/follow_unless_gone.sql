-- A version of this transaction's own is the newest one, and may just have got a fresh id; the variables may still be
-- of an earlier one, as a table without a history has begun none. Of the others those of
-- the row are gone through: at the end of a range, InnoDB would lock the next row's first one.
IF NOT (
    (@continuum_context IS NOT NULL OR @continuum_statement <=> NOW(6))
    AND FIND_IN_SET(continuum_last, CONCAT_WS(',', @continuum_transaction, @continuum_renewed))
) AND EXISTS (
    SELECT 1 FROM {version} AS v FORCE INDEX (PRIMARY)
    WHERE {v_key_is} AND v.transaction_id + 0 > continuum_last
    LOCK IN SHARE MODE
) THEN
    ITERATE continuum_each;
END IF;

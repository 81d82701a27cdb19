IF NOT continuum.unordered AND coalesce(current_setting('continuum.transaction', true), '') = '' THEN
    -- What most statements are: the first of their transaction. Its id, drawn for the first row, is in
    -- no version yet.
    INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
    SELECT {r_columns}, (SELECT continuum_transaction_id()), 0{r_set}
    FROM {rows} r;
    RETURN NULL;
END IF;


-- Makes the history of a row of {table} say what the row is now, after a foreign key may have changed
-- or deleted it.
DROP PROCEDURE IF EXISTS {follow};
CREATE PROCEDURE {follow}({parameters})
MODIFIES SQL DATA
BEGIN
    DECLARE continuum_id, continuum_was BIGINT;
    DECLARE continuum_is, continuum_same BOOLEAN;
    SET continuum_is = EXISTS (SELECT 1 FROM {table} AS r WHERE {r_key_is});
    SET continuum_same = IF(
        continuum_is,
        EXISTS (
            SELECT 1
            FROM {newest} AS q
            JOIN {version} AS v FORCE INDEX (PRIMARY) ON {v_key_is_q} AND v.transaction_id = q.transaction_id
            JOIN {table} AS r ON {r_key_is_q}
            WHERE {q_key_is} AND q.operation_type <> 2
                AND {v_is_r}
            LOCK IN SHARE MODE
        ),
        NOT EXISTS (
            SELECT 1 FROM {newest} AS q WHERE {q_key_is} AND q.operation_type <> 2
            LOCK IN SHARE MODE
        )
    );
    IF NOT continuum_same THEN
        {begin}
        {claim}
        IF continuum_was DIV 4 <> continuum_id THEN
            {close}
            IF continuum_is THEN
                INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
                SELECT {r_columns}, continuum_id, IF(continuum_was MOD 4 = 2 OR continuum_was = 0, 0, 1){followed_set}
                FROM {table} AS r WHERE {r_key_is};
                {flag}
            ELSE
                INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
                SELECT {v_columns}, continuum_id, 2{all_flags}
                FROM {version} AS v FORCE INDEX (PRIMARY) WHERE {v_key_is} AND v.transaction_id = continuum_was DIV 4;
            END IF;
        ELSEIF continuum_is THEN
            UPDATE {version} AS v FORCE INDEX (PRIMARY)
            JOIN {table} AS r ON {v_key_is_r}
            SET {take_r}, v.operation_type = LEAST(v.operation_type, 1)
            WHERE {v_key_is} AND v.transaction_id = continuum_id;
            UPDATE {newest} AS q SET q.operation_type = LEAST(q.operation_type, 1) WHERE {q_key_is};
            {flag}
            {settle}
        ELSEIF continuum_was MOD 4 <> 0 THEN
            UPDATE {version} AS v FORCE INDEX (PRIMARY) SET v.operation_type = 2{set_flags}
            WHERE {v_key_is} AND v.transaction_id = continuum_id;
            UPDATE {newest} AS q SET q.operation_type = 2 WHERE {q_key_is};
        ELSE
            {take_back}
        END IF;
        {end}
    END IF;
    IF NOT continuum_is THEN
        {children}
        SET continuum_same = TRUE;
    END IF;
END;

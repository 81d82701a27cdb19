-- Most statements change one row, which needs no join. There is no new row beside it where another
-- partition did not take it.
SELECT
    EXISTS (SELECT FROM old_rows OFFSET 1),
    (ROW({o_watched})::record *<> ROW({n_watched})::record)::int,
    (({o_key_is_n}) IS NOT TRUE)::int{baseline_complete}
INTO continuum.several, continuum.changed, continuum.rekeyed{into_baseline_complete}
FROM old_rows o LEFT JOIN new_rows n ON true LIMIT 1;
IF continuum.several AND continuum.changed = 0 THEN
    -- Nor does one that changes nothing: beside each row is what it was. Were the two tables in
    -- another order, the join would find it out.
    DECLARE
        was_rows NO SCROLL CURSOR FOR SELECT {o_watched} FROM old_rows o;
        was record;
        is_now record;
    BEGIN
        OPEN was_rows;
        FOR is_now IN SELECT {n_watched} FROM new_rows n LOOP
            FETCH was_rows INTO was;
            IF (was *= is_now) IS NOT TRUE THEN
                continuum.changed := 1;
                EXIT;
            END IF;
        END LOOP;
        FETCH was_rows INTO was;
        IF FOUND THEN
            continuum.changed := 1;
        END IF;
        CLOSE was_rows;
    END;
END IF;
IF continuum.several AND continuum.changed > 0 THEN
    -- A FULL JOIN is never a nested loop, however few rows the plan was made for.
    SELECT
        (SELECT count(*) FROM new_rows),
        count(*),
        count(*) FILTER (WHERE ROW({o_watched})::record *<> ROW({n_watched})::record),
        count(*) FILTER (WHERE {o_missing} OR {n_missing})
    INTO continuum.updated, continuum.affected, continuum.changed, continuum.rekeyed
    FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n};
END IF;
IF coalesce(continuum.changed, 0) = 0 THEN
    RETURN NULL;
END IF;

BEGIN
    {declarations}
    DECLARE continuum_done BOOLEAN DEFAULT FALSE;
    DECLARE continuum_rows CURSOR FOR
        SELECT {v_key}{last}
        FROM {version} AS v FORCE INDEX ({index})
        WHERE {refers} AND v.operation_type <> 2{each_once}
        LIMIT 18446744073709551615 -- whatever sql_select_limit says
        LOCK IN SHARE MODE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET continuum_done = TRUE;
    OPEN continuum_rows;
    continuum_each: LOOP
        FETCH continuum_rows INTO {variables};
        IF continuum_done THEN
            LEAVE continuum_each;
        END IF;
        {unless_gone}
        CALL {follow}({arguments});
        {again}
    END LOOP;
    CLOSE continuum_rows;
END;

IF {same_key} THEN
    {change}
ELSE
    continuum_move: BEGIN
        {appear}
        {vanish}
    END;
END IF;

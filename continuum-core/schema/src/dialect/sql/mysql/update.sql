IF {same_key} THEN
    {change}
ELSE
    {vanish}
    {appear}
END IF;

(
    SELECT CASE
        WHEN c.dflt_value LIKE '''%''' AND replace(substr(c.dflt_value, 2, length(c.dflt_value) - 2), '''''', '') NOT LIKE '%''%'
            THEN replace(substr(c.dflt_value, 2, length(c.dflt_value) - 2), '''''', '''')
        WHEN c.dflt_value NOT GLOB '*[^-+.0-9]*' AND c.dflt_value NOT GLOB '?*[-+]*'
            THEN CAST(c.dflt_value AS NUMERIC)
        WHEN lower(c.dflt_value) IN ('true', 'false') THEN lower(c.dflt_value) = 'true'
    END
    FROM pragma_table_info({table_name}) AS c WHERE c.name = {column_name} COLLATE NOCASE
)

CONCAT(
    ' NOT NULL',
    IFNULL(CONCAT(
        ' DEFAULT ',
        CASE
            WHEN c.COLUMN_DEFAULT IS NULL THEN NULL
            -- Not all bytes are there.
            WHEN c.DATA_TYPE IN ('binary', 'varbinary') THEN @continuum_default
            -- MariaDB has the expression here, MySQL the value.
            WHEN VERSION() LIKE '%MariaDB%' THEN c.COLUMN_DEFAULT
            WHEN c.EXTRA NOT LIKE '%DEFAULT_GENERATED%' THEN IF(c.DATA_TYPE = 'bit', c.COLUMN_DEFAULT, QUOTE(c.COLUMN_DEFAULT))
            -- Or an expression, with a backslash before each quote and backslash of it, and letters in a
            -- wrong encoding.
            WHEN c.DATA_TYPE = 'json' THEN CONCAT('(CAST(_utf8mb4 ', @continuum_default, ' AS JSON))')
            WHEN c.CHARACTER_SET_NAME IS NOT NULL THEN CONCAT('(_', c.CHARACTER_SET_NAME, ' ', @continuum_default, ')')
            ELSE CONCAT('(', REPLACE(
                REPLACE(
                    REPLACE(c.COLUMN_DEFAULT, CHAR(92, 92 USING utf8mb4), CHAR(1 USING utf8mb4)),
                    CHAR(92, 39 USING utf8mb4), ''''
                ),
                CHAR(1 USING utf8mb4), CHAR(92 USING utf8mb4)
            ), ')')
        END
    ), '')
)

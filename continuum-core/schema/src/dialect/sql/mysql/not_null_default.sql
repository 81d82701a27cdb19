CONCAT(
    ' NOT NULL',
    IFNULL(CONCAT(
        ' DEFAULT ',
        CASE
            -- MariaDB has the expression here, MySQL the value.
            WHEN VERSION() LIKE '%MariaDB%' THEN c.COLUMN_DEFAULT
            WHEN c.EXTRA LIKE '%DEFAULT_GENERATED%' THEN CONCAT('(', c.COLUMN_DEFAULT, ')')
            WHEN c.DATA_TYPE = 'bit' THEN c.COLUMN_DEFAULT
            ELSE QUOTE(c.COLUMN_DEFAULT)
        END
    ), '')
)

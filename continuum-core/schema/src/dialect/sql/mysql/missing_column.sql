SELECT {table_name} AS table_name, CASE 0
    {columns}
END AS column_name
FROM information_schema.COLUMNS AS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name}

SET @continuum_sql = (
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
        'continuum: ', n.table_name, ' has no column ', n.column_name,
        ', which its triggers had; add it back or rename it, then revert'
    ), 128)), ')')
    FROM (
        {needed}
    ) AS n
    WHERE n.column_name IS NOT NULL
    LIMIT 1
);
SET @continuum_sql = IFNULL(@continuum_sql, 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

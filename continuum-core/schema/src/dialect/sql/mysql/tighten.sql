-- What `table!` says is never NULL takes no NULL in the history.
SET SESSION group_concat_max_len = CAST(GREATEST(@@SESSION.group_concat_max_len, 1000000) AS UNSIGNED);
SET @continuum_sql = (
    SELECT CONCAT('ALTER TABLE ', {version_literal}, ' ', GROUP_CONCAT(
        'MODIFY COLUMN `', REPLACE(c.COLUMN_NAME, '`', '``'), '` ', c.COLUMN_TYPE,
        IFNULL(CONCAT(' CHARACTER SET ', c.CHARACTER_SET_NAME, ' COLLATE ', c.COLLATION_NAME), ''),
        ' NOT NULL' SEPARATOR ', '
    ))
    FROM information_schema.COLUMNS AS c
    WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {version_name} AND c.IS_NULLABLE = 'YES'
        AND c.COLUMN_NAME IN ({required})
);
SET @continuum_sql = IFNULL(@continuum_sql, 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

-- What `table!` says is never NULL takes no NULL in the history, and no column has a default. Where it takes NULL,
-- that is its default: without any, MySQL refuses a version that does not name a column which its table had once.
SET SESSION group_concat_max_len = CAST(GREATEST(@@SESSION.group_concat_max_len, 1000000) AS UNSIGNED);
SET @continuum_sql = (
    SELECT CONCAT('ALTER TABLE ', {version_literal}, ' ', GROUP_CONCAT(
        IF(
            c.IS_NULLABLE = 'NO',
            CONCAT('ALTER COLUMN `', REPLACE(c.COLUMN_NAME, '`', '``'), '` DROP DEFAULT'),
            CONCAT(
                'MODIFY COLUMN `', REPLACE(c.COLUMN_NAME, '`', '``'), '` ', c.COLUMN_TYPE,
                IFNULL(CONCAT(' CHARACTER SET ', c.CHARACTER_SET_NAME, ' COLLATE ', c.COLLATION_NAME), ''),
                IF(c.COLUMN_NAME IN ({required}), ' NOT NULL', ' NULL')
            )
        ) SEPARATOR ', '
    ))
    FROM information_schema.COLUMNS AS c
    WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = {version_name} AND c.COLUMN_NAME IN ({tracked})
        AND (
            c.IS_NULLABLE = 'NO' OR c.COLUMN_NAME IN ({required})
            -- MariaDB has the default NULL as text.
            OR NOT (VERSION() LIKE '%MariaDB%' AND c.COLUMN_DEFAULT = 'NULL') AND c.COLUMN_DEFAULT IS NOT NULL
        )
);
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

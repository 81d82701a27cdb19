-- Fails here, and not at the first change, where the table is not what `table!` says.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, 0, 0{r_set}
FROM {table} AS r
LIMIT 0;
-- So does a key that is none of the table, by which versions of several rows would be taken for those of one, a table of an
-- engine whose changes no rollback takes back, and a foreign key that changes or deletes rows and is not known.
SET @continuum_sql = COALESCE((
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT({no_key}, 128)), ')')
    FROM (SELECT 1) AS t
    WHERE NOT EXISTS (
        SELECT 1 FROM information_schema.STATISTICS AS s
        WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = {table_name} AND s.NON_UNIQUE = 0
        GROUP BY s.INDEX_NAME
        HAVING SUM(s.COLUMN_NAME IS NULL OR s.COLUMN_NAME NOT IN ({key_names})) = 0
    )
), (
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
        'continuum: ', {table_name}, ' is ', e.ENGINE, ', which has no transactions as InnoDB has; ALTER TABLE it to ENGINE = InnoDB'
    ), 128)), ')')
    FROM information_schema.TABLES AS e
    WHERE e.TABLE_SCHEMA = DATABASE() AND e.TABLE_NAME = {table_name} AND e.ENGINE <> 'InnoDB'
), (
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
        'continuum: ', MIN(f.name), ' changes ', {table_name},
        ' without triggers; say joinable! or foreign_key! where it leads to the primary key, or make it RESTRICT'
    ), 128)), ')')
    FROM (
        SELECT c.CONSTRAINT_NAME AS name,
            MIN(IF(
                k.REFERENCED_TABLE_SCHEMA = DATABASE(), k.REFERENCED_TABLE_NAME,
                CONCAT(k.REFERENCED_TABLE_SCHEMA, '.', k.REFERENCED_TABLE_NAME)
            )) AS parent,
            GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') AS columns,
            GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') AS parent_columns
        FROM information_schema.REFERENTIAL_CONSTRAINTS AS c
        JOIN information_schema.KEY_COLUMN_USAGE AS k
            ON k.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
            AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME
        WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name}
            AND NOT (c.DELETE_RULE IN ('RESTRICT', 'NO ACTION') AND c.UPDATE_RULE IN ('RESTRICT', 'NO ACTION'))
            AND (c.DELETE_RULE = 'CASCADE' OR k.COLUMN_NAME IN ({watched}) OR EXISTS (
                -- What is generated of its columns changes with them. With ANSI_QUOTES the names are in quotes.
                SELECT 1 FROM information_schema.COLUMNS AS g
                WHERE g.TABLE_SCHEMA = DATABASE() AND g.TABLE_NAME = {table_name} AND g.COLUMN_NAME IN ({watched})
                    AND REPLACE(g.GENERATION_EXPRESSION, '"', '`') LIKE CONCAT('%`', k.COLUMN_NAME, '`%')
            ))
        GROUP BY c.CONSTRAINT_NAME
    ) AS f
    WHERE CONCAT(f.columns, ' -> ', f.parent, ' (', f.parent_columns, ')') NOT IN ({known})
    HAVING COUNT(*) > 0
), 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

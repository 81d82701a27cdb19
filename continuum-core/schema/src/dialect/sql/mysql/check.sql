-- Fails here, and not at the first change, where the table is not what `table!` says.
INSERT INTO {version} ({columns}, transaction_id, operation_type{flags})
SELECT {r_columns}, 0, 0{r_set}
FROM {table} AS r
LIMIT 0;
-- So does a foreign key that changes or deletes rows and is not known.
SET @continuum_sql = (
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
        'continuum: ', MIN(f.name), ' changes ', {table_name},
        ' without triggers; say joinable! or foreign_key! where it leads to the primary key, or make it RESTRICT'
    ), 128)), ')')
    FROM (
        SELECT c.CONSTRAINT_NAME AS name, MIN(k.REFERENCED_TABLE_NAME) AS parent,
            GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') AS columns,
            GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') AS parent_columns
        FROM information_schema.REFERENTIAL_CONSTRAINTS AS c
        JOIN information_schema.KEY_COLUMN_USAGE AS k
            ON k.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
            AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME
        WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND c.TABLE_NAME = {table_name}
            AND NOT (c.DELETE_RULE IN ('RESTRICT', 'NO ACTION') AND c.UPDATE_RULE IN ('RESTRICT', 'NO ACTION'))
            AND (c.DELETE_RULE = 'CASCADE' OR k.COLUMN_NAME IN ({watched}))
        GROUP BY c.CONSTRAINT_NAME
    ) AS f
    WHERE CONCAT(f.columns, ' -> ', f.parent, ' (', f.parent_columns, ')') NOT IN ({known})
    HAVING COUNT(*) > 0
);
SET @continuum_sql = IFNULL(@continuum_sql, 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

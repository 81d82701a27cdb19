-- Where a table without a history loses rows by a foreign key, no trigger says which of the rows that refer
-- to them go along.
SET @continuum_sql = (
    SELECT CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
        'continuum: ', MIN(u.CONSTRAINT_NAME), ' deletes from ', MIN(u.TABLE_NAME), ' and with it from ', MIN(c.TABLE_NAME),
        ', without triggers; version ', MIN(u.TABLE_NAME), ', or make it RESTRICT'
    ), 128)), ')')
    FROM information_schema.REFERENTIAL_CONSTRAINTS AS c
    JOIN information_schema.REFERENTIAL_CONSTRAINTS AS u
        ON u.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND u.TABLE_NAME = c.REFERENCED_TABLE_NAME
    WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND c.TABLE_NAME IN ({tables})
        AND c.DELETE_RULE IN ('CASCADE', 'SET NULL') AND u.DELETE_RULE = 'CASCADE'
        AND u.TABLE_NAME NOT IN ({tables})
        AND u.TABLE_NAME NOT IN (SELECT t.table_name FROM continuum_table AS t WHERE t.recording)
    HAVING COUNT(*) > 0
);
SET @continuum_sql = IFNULL(@continuum_sql, 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

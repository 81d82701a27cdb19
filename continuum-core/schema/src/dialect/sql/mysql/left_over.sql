-- What an attempt left that failed before the history began goes: it may have been of other columns and
-- foreign keys. It is known by its index; a table of the application's of this name is not touched.
SET @continuum_sql = (
    SELECT IF(
        EXISTS (
            SELECT 1 FROM information_schema.STATISTICS AS s
            WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = {version_name}
                AND s.INDEX_NAME = {index_name}
        ),
        {drop},
        CONCAT('CALL continuum_refuse(', QUOTE(LEFT(CONCAT(
            'continuum: ', {version_name},
            ' is there already; name another by #[versioned(table_name = ...)]'
        ), 128)), ')')
    )
    FROM information_schema.TABLES AS t
    WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = {version_name}
        AND NOT EXISTS (SELECT 1 FROM continuum_table AS c WHERE c.version_table = {version_name})
);
SET @continuum_sql = IFNULL(@continuum_sql, 'DO 0');
PREPARE continuum_statement FROM @continuum_sql;
EXECUTE continuum_statement;
DEALLOCATE PREPARE continuum_statement;

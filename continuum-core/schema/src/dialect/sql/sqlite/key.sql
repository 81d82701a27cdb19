-- Fails here where the key in `table!` is none of the table: versions of several rows would be taken for those of one.
CREATE TEMP TABLE continuum_key (is_one BOOLEAN CONSTRAINT {message} CHECK (is_one));
INSERT INTO temp.continuum_key
SELECT (
    SELECT coalesce(sum(i.name COLLATE NOCASE NOT IN ({names})) = 0, NOT EXISTS (SELECT 1 FROM pragma_table_info({table})))
    FROM pragma_table_info({table}) AS i WHERE i.pk > 0
) OR EXISTS (
    SELECT 1 FROM pragma_index_list({table}) AS l
    WHERE l."unique" AND NOT l.partial AND NOT EXISTS (
        SELECT 1 FROM pragma_index_info(l.name) AS c WHERE c.name IS NULL OR c.name COLLATE NOCASE NOT IN ({names})
    )
);
DROP TABLE temp.continuum_key;

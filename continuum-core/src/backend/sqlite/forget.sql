-- Where a version was taken away again (`netted`): the statement that takes the transaction's row
-- away if no version of it is left. While it does, the transaction is the one that is running: a log
-- that is only added to lets go of no other.
SELECT
    'INSERT INTO main.continuum_current (transaction_id) VALUES (' || ?1 || ');'
    || ' DELETE FROM main.continuum_transaction WHERE id = ' || ?1 || group_concat(
        printf(' AND NOT EXISTS (SELECT 1 FROM main."%w" WHERE transaction_id = %d)', version_table, ?1),
        ''
    ) || '; DELETE FROM main.continuum_current'
FROM main.continuum_table

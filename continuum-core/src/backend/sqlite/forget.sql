-- Where a version was taken away again (`netted`): the statement that takes the transaction's row
-- away if no version of it is left, and no activity.
SELECT
    'DELETE FROM main.continuum_transaction WHERE id = ' || ?1
    || ' AND NOT EXISTS (SELECT 1 FROM main.continuum_activity WHERE transaction_id = ' || ?1 || ')'
    || group_concat(
        printf(' AND NOT EXISTS (SELECT 1 FROM main."%w" WHERE transaction_id = %d)', version_table, ?1),
        ''
    )
FROM main.continuum_table

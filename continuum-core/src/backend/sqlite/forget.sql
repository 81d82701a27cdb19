-- Where a version was taken away again (`netted`): the statement that takes the transaction's row
-- away if no version of it is left, and no activity.
SELECT
    'DELETE FROM main.continuum_transaction WHERE id = ' || ?1
    || ' AND NOT EXISTS (SELECT 1 FROM main.continuum_activity WHERE transaction_id = ' || ?1 || ')'
    || coalesce(group_concat(
        printf(' AND NOT EXISTS (SELECT 1 FROM main."%w" WHERE transaction_id = %d)', version_table, ?1),
        ''
    ), '')
FROM main.continuum_table
-- Where a history was ended, its version table may have been dropped by hand.
WHERE recording OR EXISTS (
    SELECT 1 FROM main.sqlite_master AS m WHERE m.type = 'table' AND m.name = version_table COLLATE NOCASE
)

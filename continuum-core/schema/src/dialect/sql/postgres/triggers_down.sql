DROP TRIGGER IF EXISTS {truncate_trigger} ON {table};
DROP TRIGGER IF EXISTS {delete_trigger} ON {table};
DROP TRIGGER IF EXISTS {update_trigger} ON {table};
DROP TRIGGER IF EXISTS {insert_trigger} ON {table};
DROP FUNCTION {truncate}();
DROP FUNCTION {delete}();
DROP FUNCTION {update}();
DROP FUNCTION {insert}();
DROP FUNCTION {settle}(tid[]);

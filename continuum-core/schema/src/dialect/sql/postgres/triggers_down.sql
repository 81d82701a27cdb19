DROP TRIGGER {truncate_trigger} ON {table};
DROP TRIGGER {delete_trigger} ON {table};
DROP TRIGGER {update_trigger} ON {table};
DROP TRIGGER {insert_trigger} ON {table};
DROP FUNCTION {truncate}();
DROP FUNCTION {delete}();
DROP FUNCTION {update}();
DROP FUNCTION {insert}();
DROP FUNCTION {settle}(tid[]);

DROP TRIGGER IF EXISTS {delete_trigger};
DROP TRIGGER IF EXISTS {update_trigger};
DROP TRIGGER IF EXISTS {insert_trigger};

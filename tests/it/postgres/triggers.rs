//! Triggers of the application beside those that record.

use super::{Conn, database, run};
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::{assert_sound, empty_transactions};

const NODES: &str = "nodes (id) {
    id -> Integer,
    parent_id -> Nullable<Integer>,
    path -> Nullable<Text>,
    #[sql_name = \"touched\"]
    touched -> Integer,
}";

/// Runs `test` on a table of nodes, with and without a baseline, for each strategy.
fn with_nodes(triggers: &str, test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            &format!(
                "CREATE TABLE nodes (id int PRIMARY KEY, parent_id int, path text, touched int NOT NULL DEFAULT 0);
                {triggers}"
            ),
            &[(NODES, &format!("hidden(touched), {options}"))],
        );
        test(conn);
        assert_sound(conn);
        assert_eq!(empty_transactions(conn, &["nodes_version"]), 0);
    }
}

fn node(conn: &mut Conn, id: i32) -> Vec<String> {
    let id = format!("id = {id}");
    story(conn, "nodes_version", &["parent_id", "path"], &id)
}

#[test]
fn what_a_trigger_makes_of_a_row_before_it_is_written_is_recorded() {
    let before = "
        CREATE FUNCTION set_path() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.path := 'p' || NEW.id; RETURN NEW; END $$;
        CREATE TRIGGER set_path BEFORE INSERT OR UPDATE ON nodes
        FOR EACH ROW EXECUTE FUNCTION set_path();";
    with_nodes(before, |conn| {
        run(conn, "INSERT INTO nodes VALUES (1, NULL, 'mine')");
        run(conn, "UPDATE nodes SET path = 'mine again'");
        run(conn, "UPDATE nodes SET id = 2");
        assert_eq!(node(conn, 1), ["insert NULL, p1", "delete NULL, p1"]);
        assert_eq!(node(conn, 2), ["insert NULL, p2"]);
    });
}

/// The statement inside the trigger is recorded before the one that fired it.
const PATH_AFTERWARDS: &str = "
    CREATE FUNCTION set_path() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE nodes n SET touched = n.touched + 1, path = concat(
            (SELECT p.path || '.' FROM nodes p WHERE p.id = n.parent_id), n.id
        ) WHERE n.id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER set_path AFTER INSERT OR UPDATE OF id, parent_id ON nodes
    FOR EACH ROW EXECUTE FUNCTION set_path();";

#[test]
fn a_trigger_that_changes_the_row_again_leaves_one_version_of_what_it_is() {
    with_nodes(PATH_AFTERWARDS, |conn| {
        run(conn, "INSERT INTO nodes VALUES (1), (2)");
        run(conn, "INSERT INTO nodes VALUES (3, 1), (4, 2)");
        run(conn, "UPDATE nodes SET parent_id = 2 WHERE id = 3");
        run(conn, "UPDATE nodes SET id = 5 WHERE id = 4");
        assert_eq!(node(conn, 1), ["insert NULL, 1"]);
        assert_eq!(node(conn, 3), ["insert 1, 1.3", "update 2, 2.3"]);
        assert_eq!(node(conn, 4), ["insert 2, 2.4", "delete 2, 2.4"]);
        assert_eq!(node(conn, 5), ["insert 2, 2.5"]);
    });
}

#[test]
fn so_it_does_in_a_transaction_that_has_recorded_before() {
    with_nodes(PATH_AFTERWARDS, |conn| {
        run(
            conn,
            "BEGIN;
            INSERT INTO nodes VALUES (1), (2);
            INSERT INTO nodes VALUES (3, 1);
            UPDATE nodes SET parent_id = 2 WHERE id = 3;
            DELETE FROM nodes WHERE id = 1;
            COMMIT;",
        );
        assert_eq!(node(conn, 1), [""; 0]);
        assert_eq!(node(conn, 3), ["insert 2, 2.3"]);
        run(
            conn,
            "BEGIN;
            UPDATE nodes SET parent_id = NULL WHERE id = 3;
            UPDATE nodes SET parent_id = 2 WHERE id = 3;
            COMMIT;",
        );
        // The path is as it was, and yet: what is hidden was changed.
        assert_eq!(node(conn, 3), ["insert 2, 2.3", "update 2, 2.3"]);
    });
}

#[test]
fn a_trigger_that_undoes_the_statement_leaves_nothing() {
    let undo = "
        CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                DELETE FROM nodes WHERE id = NEW.id;
            ELSE
                UPDATE nodes SET path = OLD.path WHERE id = OLD.id;
            END IF;
            RETURN NULL;
        END $$;
        INSERT INTO nodes VALUES (1, NULL, 'a');
        CREATE TRIGGER undo AFTER INSERT OR UPDATE ON nodes
        FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION undo();";
    with_nodes(undo, |conn| {
        run(conn, "UPDATE nodes SET path = 'b'");
        run(conn, "INSERT INTO nodes VALUES (2)");
        assert_eq!(node(conn, 1), ["insert NULL, a"]);
        assert_eq!(node(conn, 2), [""; 0]);
    });
}

#[test]
fn a_trigger_that_changes_and_deletes_the_row_leaves_what_it_was_last() {
    let finish = "
        CREATE FUNCTION finish() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE nodes SET path = path || '!' WHERE id = NEW.id;
            DELETE FROM nodes WHERE id = NEW.id;
            RETURN NULL;
        END $$;
        INSERT INTO nodes VALUES (1, NULL, 'a');
        CREATE TRIGGER finish AFTER UPDATE ON nodes
        FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION finish();";
    with_nodes(finish, |conn| {
        run(conn, "UPDATE nodes SET path = 'b'");
        assert_eq!(node(conn, 1), ["insert NULL, a", "delete NULL, b!"]);
    });
}

#[test]
fn a_trigger_for_the_whole_statement_may_change_its_rows() {
    // By its name it fires before those that record.
    let renumber = "
        CREATE FUNCTION renumber() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE nodes n SET path = r.place::text
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM nodes) r
            WHERE r.id = n.id AND n.path IS DISTINCT FROM r.place::text;
            RETURN NULL;
        END $$;
        CREATE TRIGGER a_renumber AFTER INSERT OR UPDATE OR DELETE ON nodes
        FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION renumber();";
    with_nodes(renumber, |conn| {
        run(conn, "INSERT INTO nodes VALUES (10), (20), (30)");
        run(conn, "DELETE FROM nodes WHERE id = 20");
        run(conn, "INSERT INTO nodes VALUES (5)");
        run(conn, "UPDATE nodes SET path = 'x', parent_id = 5");
        assert_eq!(node(conn, 20), ["insert NULL, 2", "delete NULL, 2"]);
        assert_eq!(
            node(conn, 30),
            [
                "insert NULL, 3",
                "update NULL, 2",
                "update NULL, 3",
                "update 5, 3"
            ]
        );
    });
}

#[test]
fn what_triggers_write_elsewhere_is_of_the_same_transaction() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            "CREATE TABLE orders (id int PRIMARY KEY, amount int NOT NULL);
            CREATE TABLE totals (id int PRIMARY KEY, amount int NOT NULL);
            INSERT INTO totals VALUES (1, 0);
            CREATE FUNCTION add_up() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE totals SET amount = (SELECT coalesce(sum(amount), 0) FROM orders);
                RETURN NULL;
            END $$;
            CREATE TRIGGER add_up AFTER INSERT OR UPDATE OR DELETE ON orders
            FOR EACH ROW EXECUTE FUNCTION add_up();",
            &[
                ("orders (id) { id -> Integer, amount -> Integer }", options),
                ("totals (id) { id -> Integer, amount -> Integer }", options),
            ],
        );
        run(conn, "INSERT INTO orders VALUES (1, 10), (2, 20)");
        run(conn, "DELETE FROM orders");
        assert_eq!(
            story(conn, "totals_version", &["amount"], "true"),
            ["insert 0", "update 30", "update 0"]
        );
        assert_eq!(count(conn, "continuum_transaction"), 3);
    }
}

#[test]
fn a_deferred_trigger_is_recorded_when_it_runs() {
    let deferred = "
        CREATE FUNCTION set_path() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN UPDATE nodes SET path = 'at the end' WHERE id = NEW.id; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER set_path AFTER INSERT ON nodes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION set_path();";
    with_nodes(deferred, |conn| {
        run(
            conn,
            "BEGIN;
            SELECT set_config('continuum.context', '{\"actor\": \"alice\"}', true);
            INSERT INTO nodes VALUES (1);
            UPDATE nodes SET parent_id = 7;
            COMMIT;",
        );
        assert_eq!(node(conn, 1), ["insert 7, at the end"]);
        let by_alice = "continuum_transaction WHERE actor = 'alice'";
        assert_eq!(count(conn, by_alice), 1);
    });
}

#[test]
fn rows_written_through_a_view_are_recorded() {
    let view = "
        CREATE VIEW roots AS SELECT id, path FROM nodes WHERE parent_id IS NULL;
        CREATE VIEW joined AS SELECT n.id, p.path FROM nodes n LEFT JOIN nodes p ON p.id = n.parent_id;
        CREATE FUNCTION into_nodes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO nodes (id, path) VALUES (NEW.id, NEW.path); RETURN NEW; END $$;
        CREATE TRIGGER into_nodes INSTEAD OF INSERT ON joined FOR EACH ROW EXECUTE FUNCTION into_nodes();";
    with_nodes(view, |conn| {
        run(conn, "INSERT INTO roots VALUES (1, 'a')");
        run(conn, "UPDATE roots SET path = 'b'");
        run(conn, "INSERT INTO joined VALUES (2, 'c'), (3, 'd')");
        assert_eq!(node(conn, 1), ["insert NULL, a", "update NULL, b"]);
        assert_eq!(node(conn, 3), ["insert NULL, d"]);
    });
}

/// What `session_replication_role = replica` is for: a subscriber gets the versions with the rows.
/// Nothing records on such a connection, and the next change of the row finds it as it is then.
#[test]
fn a_session_that_replicates_is_not_recorded() {
    with_nodes("INSERT INTO nodes VALUES (1, NULL, 'a');", |conn| {
        run(
            conn,
            "SET session_replication_role = replica;
            UPDATE nodes SET path = 'unrecorded';
            RESET session_replication_role;",
        );
        assert_eq!(node(conn, 1), ["insert NULL, a"]);
        run(conn, "UPDATE nodes SET path = 'b'");
        assert_eq!(node(conn, 1), ["insert NULL, a", "update NULL, b"]);
    });
}

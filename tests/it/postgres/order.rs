//! Changes that the triggers are told in another order than the one in which they were made: those of one
//! statement, in the order in which its parts end; those of a function that a statement calls, before its own.

use super::{Conn, database, run};
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::{assert_sound, empty_transactions};

/// Functions that write, for statements that write the same rows.
const FUNCTIONS: &str = "
    CREATE FUNCTION put(int, text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO items VALUES ($1, $2); RETURN $2; END $$;
    CREATE FUNCTION rename(int, text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN UPDATE items SET name = $2 WHERE id = $1; RETURN $2; END $$;
    CREATE FUNCTION remove(int) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM items WHERE id = $1; RETURN 'removed'; END $$;";

/// What is left in the history of item 1, `a`, and of item 3, which is not there, by these statements.
fn after(statements: &[&str]) -> Vec<Vec<String>> {
    let mut stories = STRATEGIES.iter().filter_map(|options| {
        let db = database()?;
        let conn: &mut Conn = &mut keep(
            &db,
            &format!(
                "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
                INSERT INTO items VALUES (1, 'a'), (2, 'b');
                {FUNCTIONS}"
            ),
            &[("items (id) { id -> Integer, name -> Text }", options)],
        );
        run(conn, &format!("BEGIN; {}; COMMIT;", statements.join("; ")));
        assert_sound(conn);
        assert_eq!(empty_transactions(conn, &["items_version"]), 0);
        Some([1, 3].map(|id| story(conn, "items_version", &["name"], &format!("id = {id}"))))
    });
    let Some(first) = stories.next() else {
        return Vec::new();
    };
    assert!(stories.all(|story| story == first));
    first.to_vec()
}

/// The part that deletes is not read to its end, and so ends after the one that inserts.
const REPLACE: &str = "WITH gone AS (DELETE FROM items WHERE id IN (1, 3) RETURNING *)
    INSERT INTO items SELECT id, 'new' FROM gone LIMIT 1";

#[test]
fn a_row_that_is_replaced_by_a_statement_goes_on() {
    for (before, expected) in [
        (vec![], vec![vec!["insert a", "update new"], vec![]]),
        (
            vec!["UPDATE items SET name = 'b' WHERE id = 1"],
            vec![vec!["insert a", "update new"], vec![]],
        ),
        (
            vec![
                "DELETE FROM items WHERE id = 1",
                "INSERT INTO items VALUES (1, 'z')",
            ],
            vec![vec!["insert a", "update new"], vec![]],
        ),
        (
            vec![
                "DELETE FROM items WHERE id = 1",
                "INSERT INTO items VALUES (3, 'c')",
            ],
            vec![vec!["insert a", "delete a"], vec!["insert new"]],
        ),
    ] {
        let stories = after(&[&before[..], &[REPLACE]].concat());
        if !stories.is_empty() {
            assert_eq!(stories, expected, "{before:?}");
        }
    }
}

#[test]
fn keys_that_change_hands_in_one_statement_are_what_they_have_become() {
    let gone = "WITH gone AS (DELETE FROM items WHERE id = 1 RETURNING *)";
    let moved = "WITH moved AS (UPDATE items SET id = 9 WHERE id = 1 RETURNING *)";
    for (setting, statement, expected) in [
        (
            "SELECT",
            format!("{gone} UPDATE items SET id = 1 WHERE id = 2 AND EXISTS (SELECT FROM gone)"),
            ["insert a", "update b"].as_slice(),
        ),
        (
            "UPDATE items SET name = 'a'",
            format!("{gone} UPDATE items SET id = 1 WHERE id = 2 AND EXISTS (SELECT FROM gone)"),
            &["insert a"],
        ),
        (
            "SELECT",
            format!("{moved} INSERT INTO items SELECT 1, name FROM moved"),
            &["insert a"],
        ),
        (
            "SELECT",
            format!("{moved} INSERT INTO items SELECT 1, 'c' FROM moved LIMIT 1"),
            &["insert a", "update c"],
        ),
    ] {
        if let [first, _] = &after(&[setting, &statement])[..] {
            assert_eq!(first, expected, "{setting}; {statement}");
        }
    }
}

#[test]
fn a_row_that_is_replaced_by_the_same_one_has_not_changed() {
    let gone = "WITH gone AS (DELETE FROM items WHERE id = 1 RETURNING *) INSERT INTO items";
    for last in ["SELECT * FROM gone", "SELECT * FROM gone LIMIT 1"] {
        for before in [
            "SELECT",
            "UPDATE items SET name = 'x' WHERE id = 2",
            "UPDATE items SET name = 'x'; UPDATE items SET name = 'a'",
        ] {
            if let [first, _] = &after(&[before, &format!("{gone} {last}")])[..] {
                assert_eq!(first, &["insert a"], "{before}; {last}");
            }
        }
    }
}

/// What a foreign key of the table to itself does has the trigger of the DELETE fire after that of the INSERT.
#[test]
fn so_it_does_where_the_table_refers_to_itself() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE nodes (
                id int PRIMARY KEY, parent int REFERENCES nodes ON DELETE CASCADE, name text
            );
            INSERT INTO nodes VALUES (1, NULL, 'a'), (2, NULL, 'b');",
            &[(
                "nodes (id) { id -> Integer, parent -> Nullable<Integer>, name -> Nullable<Text> }",
                options,
            )],
        );
        run(
            conn,
            "BEGIN;
            UPDATE nodes SET name = 'x' WHERE id = 1;
            WITH gone AS (DELETE FROM nodes WHERE id = 1 RETURNING *) INSERT INTO nodes SELECT 1, NULL, 'c' FROM gone;
            COMMIT;",
        );
        run(
            conn,
            "WITH gone AS (DELETE FROM nodes WHERE id = 2 RETURNING *)
            UPDATE nodes SET id = 2 WHERE id = 1 AND EXISTS (SELECT FROM gone)",
        );
        let all = story(conn, "nodes_version", &["id", "name"], "true");
        assert_eq!(
            all,
            [
                "insert 1, a",
                "insert 2, b",
                "update 1, c",
                "delete 1, c",
                "update 2, c"
            ]
        );
        assert_sound(conn);
    }
}

#[test]
fn a_row_that_a_function_changes_while_its_statement_does_is_what_it_becomes() {
    for (statement, expected) in [
        (
            "UPDATE items SET name = 'outer' WHERE id = 1 RETURNING rename(1, 'inner')",
            ["insert a", "update inner"].as_slice(),
        ),
        (
            "UPDATE items SET name = 'outer' WHERE id = 1 RETURNING rename(1, 'a')",
            &["insert a"],
        ),
        (
            "UPDATE items SET name = CASE id WHEN 1 THEN 'outer' ELSE rename(1, 'inner') END",
            &["insert a", "update inner"],
        ),
        (
            "UPDATE items SET name = 'outer' WHERE id = 1 RETURNING remove(1)",
            &["insert a", "delete outer"],
        ),
        (
            "UPDATE items SET name = 'outer' WHERE id = 1 RETURNING rename(1, 'last'), remove(1)",
            &["insert a", "delete last"],
        ),
        (
            "UPDATE items SET name = 'outer' WHERE id = 1 RETURNING rename(1, 'x'), rename(1, 'a')",
            &["insert a"],
        ),
        (
            "DELETE FROM items WHERE id = 1 RETURNING put(1, 'inner')",
            &["insert a", "update inner"],
        ),
        (
            "DELETE FROM items WHERE id = 1 RETURNING put(1, 'a')",
            &["insert a"],
        ),
    ] {
        if let [first, _] = &after(&[statement])[..] {
            assert_eq!(first, expected, "{statement}");
        }
    }
}

/// A partition may refuse a row that an UPDATE moves to it: then the row is gone.
#[test]
fn a_row_that_is_lost_on_its_way_to_another_partition_is_deleted() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE items (id int, place int, name text, PRIMARY KEY (id, place)) PARTITION BY LIST (place);
            CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1);
            CREATE TABLE items_2 PARTITION OF items FOR VALUES IN (2);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON items_2 FOR EACH ROW EXECUTE FUNCTION refuse();
            INSERT INTO items VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'c');",
            &[(
                "items (id, place) { id -> Integer, place -> Integer, name -> Nullable<Text> }",
                options,
            )],
        );
        run(conn, "UPDATE items SET place = 2 WHERE id = 1");
        run(
            conn,
            "UPDATE items SET place = CASE id WHEN 2 THEN 2 ELSE 1 END, name = 'x'",
        );
        assert_eq!(count(conn, "items"), 1);
        let all = story(conn, "items_version", &["id", "name"], "true");
        assert_eq!(
            all,
            [
                "insert 1, a",
                "insert 2, b",
                "insert 3, c",
                "delete 1, a",
                "delete 2, b",
                "update 3, x"
            ]
        );
        assert_sound(conn);
    }
}

//! Rows that foreign keys change or delete.

use super::{Conn, database, transaction};
use crate::support::database::Engine;
use crate::support::history::{number, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;

const FAMILIES: &str = "
    CREATE TABLE parents (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE children (
        id INTEGER NOT NULL PRIMARY KEY,
        owner_id INTEGER REFERENCES parents (id) ON UPDATE CASCADE ON DELETE CASCADE,
        friend_id INTEGER REFERENCES parents (id) ON UPDATE CASCADE ON DELETE SET NULL,
        heir_id INTEGER DEFAULT 1 REFERENCES parents (id) ON DELETE SET DEFAULT,
        parent_id INTEGER REFERENCES children (id) ON UPDATE CASCADE ON DELETE CASCADE
    );
    INSERT INTO parents VALUES (1, 'one'), (2, 'two');
";

fn with_families(test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let families = match Conn::DIALECT {
            // InnoDB has no SET DEFAULT, and takes ON UPDATE CASCADE within a table for RESTRICT.
            Dialect::MySql => FAMILIES
                .replace(" REFERENCES parents (id) ON DELETE SET DEFAULT", "")
                .replace("children (id) ON UPDATE CASCADE", "children (id)"),
            _ => FAMILIES.to_owned(),
        };
        let conn = &mut keep(
            &db,
            &families,
            &[
                ("parents (id) { id -> Integer, name -> Text }", options),
                (
                    "children (id) {
                        id -> Integer,
                        owner_id -> Nullable<Integer>,
                        friend_id -> Nullable<Integer>,
                        heir_id -> Nullable<Integer>,
                        parent_id -> Nullable<Integer>,
                    }",
                    options,
                ),
            ],
        );
        test(conn);
        assert_sound(conn);
    }
}

fn insert(conn: &mut Conn, sql: &str) {
    conn.batch_execute(sql).unwrap();
}

fn child(conn: &mut Conn, id: i32) -> Vec<String> {
    let columns = ["owner_id", "friend_id", "heir_id", "parent_id"];
    story(conn, "children_version", &columns, &format!("id = {id}"))
}

/// What the heir becomes whose default is 1.
fn default_heir(heir: &str) -> &str {
    match Conn::DIALECT {
        Dialect::MySql => heir,
        _ => "1",
    }
}

#[test]
fn rows_that_a_foreign_key_deletes_are_recorded_in_the_same_transaction() {
    with_families(|conn| {
        insert(conn, "INSERT INTO children VALUES (1, 2, NULL, NULL, NULL)");
        transaction(conn, &["DELETE FROM parents WHERE id = 2"]);
        assert_eq!(
            child(conn, 1),
            ["insert 2, NULL, NULL, NULL", "delete 2, NULL, NULL, NULL"]
        );
        let together = "SELECT count(*) AS count FROM parents_version p
            JOIN children_version c ON c.transaction_id = p.transaction_id
            WHERE p.operation_type = 2 AND c.operation_type = 2";
        assert_eq!(number(conn, together), 1);
    });
}

#[test]
fn columns_that_a_foreign_key_sets_to_null_or_to_their_default_are_recorded() {
    with_families(|conn| {
        insert(conn, "INSERT INTO children VALUES (1, 1, 2, 2, NULL)");
        transaction(conn, &["DELETE FROM parents WHERE id = 2"]);
        assert_eq!(
            child(conn, 1),
            [
                "insert 1, 2, 2, NULL".to_owned(),
                format!("update 1, NULL, {}, NULL", default_heir("2"))
            ]
        );
    });
}

#[test]
fn columns_that_a_foreign_key_updates_are_recorded() {
    with_families(|conn| {
        insert(conn, "INSERT INTO children VALUES (1, 2, 2, NULL, NULL)");
        transaction(conn, &["UPDATE parents SET id = 3 WHERE id = 2"]);
        assert_eq!(
            child(conn, 1),
            ["insert 2, 2, NULL, NULL", "update 3, 3, NULL, NULL"]
        );
    });
}

#[test]
fn a_tree_of_rows_is_deleted_with_its_root() {
    with_families(|conn| {
        for (id, parent) in [(1, "NULL"), (2, "1"), (3, "2"), (4, "2")] {
            insert(
                conn,
                &format!("INSERT INTO children (id, parent_id) VALUES ({id}, {parent})"),
            );
        }
        if Conn::DIALECT == Dialect::MySql {
            transaction(conn, &["DELETE FROM children WHERE id = 1"]);
            assert_eq!(child(conn, 2)[1], "delete NULL, NULL, 1, 1");
            assert_eq!(child(conn, 4)[1], "delete NULL, NULL, 1, 2");
            return;
        }
        transaction(conn, &["UPDATE children SET id = 20 WHERE id = 2"]);
        assert_eq!(child(conn, 3)[1], "update NULL, NULL, 1, 20");
        transaction(conn, &["DELETE FROM children WHERE id = 1"]);
        assert_eq!(child(conn, 20)[1], "delete NULL, NULL, 1, 1");
        assert_eq!(child(conn, 4)[2], "delete NULL, NULL, 1, 20");
    });
}

#[test]
fn a_row_that_a_foreign_key_deletes_and_the_same_transaction_inserts_again_is_as_before() {
    with_families(|conn| {
        insert(conn, "INSERT INTO children VALUES (1, 2, NULL, NULL, NULL)");
        transaction(
            conn,
            &[
                "DELETE FROM parents WHERE id = 2",
                "INSERT INTO parents VALUES (2, 'two')",
                "INSERT INTO children VALUES (1, 2, NULL, NULL, NULL)",
            ],
        );
        assert_eq!(child(conn, 1), ["insert 2, NULL, NULL, NULL"]);
        assert_eq!(
            story(conn, "parents_version", &["name"], "id = 2"),
            ["insert two"]
        );
    });
}

#[test]
fn foreign_keys_that_change_a_row_more_than_once_make_one_version_of_it() {
    with_families(|conn| {
        // Owner, friend and heir are the same: two columns change, one after the other.
        insert(
            conn,
            "INSERT INTO children VALUES (1, NULL, 2, 2, NULL), (2, 1, 2, 1, NULL)",
        );
        transaction(conn, &["DELETE FROM parents WHERE id = 2"]);
        assert_eq!(
            child(conn, 1),
            [
                "insert NULL, 2, 2, NULL".to_owned(),
                format!("update NULL, NULL, {}, NULL", default_heir("2"))
            ]
        );
        assert_eq!(
            child(conn, 2),
            ["insert 1, 2, 1, NULL", "update 1, NULL, 1, NULL"]
        );
    });
}

#[test]
fn foreign_keys_that_change_a_row_and_then_delete_it_delete_it() {
    with_families(|conn| {
        insert(
            conn,
            "INSERT INTO children VALUES (1, 2, 2, 2, NULL), (2, NULL, 2, NULL, 1)",
        );
        transaction(conn, &["DELETE FROM parents WHERE id = 2"]);
        let operations = "SELECT count(*) AS count FROM children_version WHERE operation_type = 2";
        assert_eq!(number(conn, operations), 2);
        assert_eq!(child(conn, 1).len(), 2);
        assert_eq!(child(conn, 2).len(), 2);
    });
}

#[test]
fn a_row_that_refers_to_itself_follows_its_own_key() {
    with_families(|conn| {
        insert(conn, "INSERT INTO children VALUES (1, NULL, NULL, NULL, 1)");
        if Conn::DIALECT == Dialect::MySql {
            conn.batch_execute("UPDATE children SET id = 5 WHERE id = 1")
                .unwrap_err();
            return;
        }
        transaction(conn, &["UPDATE children SET id = 5 WHERE id = 1"]);
        assert_eq!(
            child(conn, 1),
            ["insert NULL, NULL, NULL, 1", "delete NULL, NULL, NULL, 1"]
        );
        assert_eq!(child(conn, 5), ["insert NULL, NULL, NULL, 5"]);
    });
}

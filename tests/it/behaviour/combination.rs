//! One version per row and transaction, which says what the transaction did to the row.

use super::{Conn, database, log, transaction};
use crate::support::database::Database;
use crate::support::history::{number, story};
use crate::support::kept::{Kept, STRATEGIES, keep};
use crate::support::sound::assert_sound;
use diesel::connection::SimpleConnection;

mod lives;

/// The same table under each strategy.
const KEPT: [Kept; 2] = [
    Kept {
        table: "with_validity",
        version_table: "with_validity_version",
    },
    Kept {
        table: "with_subquery",
        version_table: "with_subquery_version",
    },
];

fn set_up(db: &Database<Conn>) -> Conn {
    let create = |kept: &Kept| {
        let table = kept.table;
        format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);")
    };
    let describe = |kept: &Kept| format!("{} (id) {{ id -> Integer, name -> Text }}", kept.table);
    let [with_validity, with_subquery] = KEPT.each_ref().map(describe);
    keep(
        db,
        &KEPT.each_ref().map(create).concat(),
        &[
            (&with_validity, STRATEGIES[0]),
            (&with_subquery, STRATEGIES[1]),
        ],
    )
}

/// A table holds what the first statement puts there; each of the steps is one statement of one
/// transaction; the last list is what that leaves in the history, sorted. `{t}` is the table.
type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

fn check(cases: &[Case<'_>]) {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    for kept in KEPT {
        for (before, steps, expected) in cases {
            let on_table = |sql: &str| sql.replace("{t}", kept.table);
            conn.batch_execute(&on_table("DELETE FROM {t}; DELETE FROM {t}_version"))
                .unwrap();
            conn.batch_execute(&on_table(before)).unwrap();
            let earlier = log(conn).len();
            let known = format!("transaction_id > {}", newest_transaction(conn));
            let steps: Vec<_> = steps.iter().map(|step| on_table(step)).collect();
            transaction(conn, &steps);
            let mut stored = story(conn, kept.version_table, &["id", "name"], &known);
            stored.sort();
            assert_eq!(&stored, expected, "{steps:#?}");
            assert_sound(conn);
            let recorded = usize::from(!expected.is_empty());
            assert_eq!(log(conn).len(), earlier + recorded, "{steps:#?}");
        }
    }
}

fn newest_transaction(conn: &mut Conn) -> i64 {
    number(conn, "SELECT max(id) AS count FROM continuum_transaction")
}

const NOTHING: &str = "DELETE FROM {t}";
const ROW: &str = "INSERT INTO {t} (id, name) VALUES (1, 'v0')";
const INSERT: &str = "INSERT INTO {t} (id, name) VALUES (1, 'new')";
const INSERT_SAME: &str = "INSERT INTO {t} (id, name) VALUES (1, 'v0')";
const UPDATE: &str = "UPDATE {t} SET name = 'x'";
const UPDATE_AGAIN: &str = "UPDATE {t} SET name = 'y'";
const UPDATE_BACK: &str = "UPDATE {t} SET name = 'v0'";
const DELETE: &str = "DELETE FROM {t}";

#[test]
fn an_insert_is_an_insert() {
    // B04
    check(&[(NOTHING, &[INSERT], &["insert 1, new"])]);
}

#[test]
fn an_insert_that_is_updated_is_an_insert_of_the_last_values() {
    // B05
    check(&[
        (NOTHING, &[INSERT, UPDATE], &["insert 1, x"]),
        (NOTHING, &[INSERT, UPDATE, UPDATE_AGAIN], &["insert 1, y"]),
    ]);
}

#[test]
fn an_insert_that_is_deleted_leaves_nothing() {
    // B06
    check(&[
        (NOTHING, &[INSERT, DELETE], &[]),
        (NOTHING, &[INSERT, UPDATE, UPDATE_AGAIN, DELETE], &[]),
    ]);
}

#[test]
fn an_insert_that_is_deleted_and_inserted_is_an_insert_of_the_last_values() {
    // B07
    check(&[(NOTHING, &[ROW, DELETE, INSERT], &["insert 1, new"])]);
}

#[test]
fn two_updates_are_one_of_the_last_values() {
    // B01
    check(&[(ROW, &[UPDATE, UPDATE_AGAIN], &["update 1, y"])]);
}

#[test]
fn an_update_back_to_the_original_values_leaves_nothing() {
    // B10
    check(&[
        (ROW, &[UPDATE, UPDATE_BACK], &[]),
        (ROW, &[UPDATE, UPDATE_AGAIN, UPDATE_BACK], &[]),
    ]);
}

#[test]
fn an_update_that_is_deleted_is_a_delete_of_the_values_at_that_moment() {
    // B08
    check(&[
        (ROW, &[UPDATE, DELETE], &["delete 1, x"]),
        (ROW, &[UPDATE, UPDATE_BACK, DELETE], &["delete 1, v0"]),
    ]);
}

#[test]
fn a_delete_is_a_delete_of_the_values_that_the_row_had() {
    check(&[(ROW, &[DELETE], &["delete 1, v0"])]);
}

#[test]
fn a_delete_and_an_insert_are_an_update() {
    // B02
    check(&[
        (ROW, &[DELETE, INSERT], &["update 1, new"]),
        (ROW, &[DELETE, INSERT, UPDATE], &["update 1, x"]),
    ]);
}

#[test]
fn a_delete_and_an_insert_in_one_message_are_an_update() {
    // B03
    check(&[(ROW, &[&format!("{DELETE}; {INSERT}")], &["update 1, new"])]);
}

#[test]
fn a_delete_and_an_insert_of_the_same_values_leave_nothing() {
    check(&[
        (ROW, &[DELETE, INSERT_SAME], &[]),
        (ROW, &[DELETE, INSERT, UPDATE_BACK], &[]),
    ]);
}

#[test]
fn a_delete_after_a_delete_and_an_insert_is_a_delete() {
    check(&[(ROW, &[DELETE, INSERT, DELETE], &["delete 1, new"])]);
}

#[test]
fn another_key_is_a_delete_and_an_insert() {
    // A14
    const AWAY: &str = "UPDATE {t} SET id = 2 WHERE id = 1";
    const BACK: &str = "UPDATE {t} SET id = 1 WHERE id = 2";
    check(&[
        (ROW, &[AWAY], &["delete 1, v0", "insert 2, v0"]),
        (ROW, &[UPDATE, AWAY], &["delete 1, x", "insert 2, x"]),
        (ROW, &[AWAY, BACK], &[]),
        (ROW, &[AWAY, UPDATE, BACK], &["update 1, x"]),
        (ROW, &[AWAY, INSERT], &["insert 2, v0", "update 1, new"]),
        (ROW, &[AWAY, DELETE], &["delete 1, v0"]),
    ]);
}

#[test]
fn a_row_that_comes_back_is_an_insert_and_its_absence_a_version() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    for kept in KEPT {
        for step in [ROW, DELETE, INSERT, UPDATE, DELETE, ROW] {
            transaction(conn, &[step.replace("{t}", kept.table)]);
        }
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            [
                "insert v0",
                "delete v0",
                "insert new",
                "update x",
                "delete x",
                "insert v0"
            ]
        );
        assert_sound(conn);
    }
}

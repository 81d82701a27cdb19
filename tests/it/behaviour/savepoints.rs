//! What is rolled back to a savepoint was never recorded.

use super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::history::{count, story};
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;

/// Runs `steps` in one transaction on the table of each strategy, after `before`, and says what
/// the history has then; `{t}` is the table.
fn check(before: &str, steps: &[&str], expected: &[&str]) {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        conn.batch_execute(&on_table(before)).unwrap();
        let steps: Vec<_> = steps.iter().map(|step| on_table(step)).collect();
        transaction(conn, &steps);
        assert_eq!(
            story(conn, kept.version_table, &["id", "name"], "1 = 1"),
            expected
        );
        assert_sound(conn);
    }
    let made = expected
        .iter()
        .filter(|version| !version.contains("before"));
    // A row that was there has a transaction of its own.
    let earlier = before.matches("INSERT").count();
    assert_eq!(
        log(conn).len(),
        2 * (earlier + usize::from(made.count() > 0))
    );
}

const NOTHING: &str = "DELETE FROM {t}";
const ROW: &str = "INSERT INTO {t} (id, name) VALUES (1, 'before')";

#[test]
fn what_is_rolled_back_is_not_in_the_version() {
    // J01
    check(
        NOTHING,
        &[
            "INSERT INTO {t} (id, name) VALUES (1, 'outer')",
            "SAVEPOINT a",
            "INSERT INTO {t} (id, name) VALUES (2, 'inner')",
            "UPDATE {t} SET name = 'inner'",
            "ROLLBACK TO SAVEPOINT a",
        ],
        &["insert 1, outer"],
    );
}

#[test]
fn what_is_released_is_in_the_version() {
    // J02
    check(
        NOTHING,
        &[
            "INSERT INTO {t} (id, name) VALUES (1, 'a')",
            "SAVEPOINT a",
            "UPDATE {t} SET name = 'b'",
            "RELEASE SAVEPOINT a",
            "SAVEPOINT b",
            "UPDATE {t} SET name = 'c'",
        ],
        &["insert 1, c"],
    );
}

#[test]
fn a_change_after_one_that_was_rolled_back_is_recorded() {
    check(
        ROW,
        &[
            "SAVEPOINT a",
            "UPDATE {t} SET name = 'lost'",
            "DELETE FROM {t}",
            "ROLLBACK TO SAVEPOINT a",
            "UPDATE {t} SET name = 'kept'",
        ],
        &["insert 1, before", "update 1, kept"],
    );
}

#[test]
fn a_delete_that_is_rolled_back_never_was() {
    check(
        ROW,
        &[
            "UPDATE {t} SET name = 'kept'",
            "SAVEPOINT a",
            "DELETE FROM {t}",
            "ROLLBACK TO SAVEPOINT a",
        ],
        &["insert 1, before", "update 1, kept"],
    );
}

#[test]
fn changes_that_cancelled_out_are_back_after_a_rollback_to_before_that() {
    check(
        ROW,
        &[
            "UPDATE {t} SET name = 'kept'",
            "SAVEPOINT a",
            "UPDATE {t} SET name = 'before'",
            "ROLLBACK TO SAVEPOINT a",
        ],
        &["insert 1, before", "update 1, kept"],
    );
}

#[test]
fn a_transaction_that_is_rolled_back_to_its_start_leaves_no_record() {
    // J07
    check(
        NOTHING,
        &[
            "SAVEPOINT a",
            "INSERT INTO {t} (id, name) VALUES (1, 'lost')",
            "ROLLBACK TO SAVEPOINT a",
        ],
        &[],
    );
}

#[test]
fn savepoints_inside_savepoints_are_followed() {
    check(
        ROW,
        &[
            "SAVEPOINT a",
            "UPDATE {t} SET name = 'one'",
            "SAVEPOINT b",
            "UPDATE {t} SET name = 'two'",
            "RELEASE SAVEPOINT b",
            "SAVEPOINT c",
            "DELETE FROM {t}",
            "SAVEPOINT d",
            "INSERT INTO {t} (id, name) VALUES (1, 'three')",
            "ROLLBACK TO SAVEPOINT c",
            "SAVEPOINT e",
            "INSERT INTO {t} (id, name) VALUES (2, 'four')",
            "RELEASE SAVEPOINT a",
        ],
        // Of one transaction: in the order of the keys.
        &["insert 1, before", "update 1, two", "insert 2, four"],
    );
}

#[test]
fn a_diesel_transaction_inside_that_fails_leaves_the_rest() {
    // J01
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let insert = |id: i32| format!("INSERT INTO articles (id, name) VALUES ({id}, 'a')");
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        let failed = conn.transaction(|conn| {
            conn.batch_execute(&insert(1))?;
            // The key is taken.
            conn.batch_execute(&insert(1))
        });
        assert!(
            matches!(failed, Err(Error::DatabaseError(..))),
            "{failed:?}"
        );
        conn.batch_execute(&insert(2))
    })
    .unwrap();
    assert_eq!(
        story(conn, "articles_version", &["id"], "1 = 1"),
        ["insert 2"]
    );
    let records = log(conn);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor.as_deref(), Some("alice"));
    assert_eq!(count(conn, "articles"), 1);
}

#[test]
fn savepoints_work_without_a_versioned_transaction() {
    // J01, J06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for statement in [
        "BEGIN",
        "INSERT INTO articles (id, name) VALUES (1, 'outer')",
        "SAVEPOINT a",
        "UPDATE articles SET name = 'inner'",
        "INSERT INTO articles (id, name) VALUES (2, 'inner')",
        "ROLLBACK TO SAVEPOINT a",
        "COMMIT",
        "BEGIN",
        "UPDATE articles SET name = 'lost'",
        "ROLLBACK",
    ] {
        conn.batch_execute(statement).unwrap();
    }
    assert_eq!(
        story(conn, "articles_version", &["id", "name"], "1 = 1"),
        ["insert 1, outer"]
    );
    assert_eq!(log(conn).len(), 1);
}

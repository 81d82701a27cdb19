//! Triggers of the application that change the row again. SQLite fires the newest trigger first, so
//! they run before continuum's or after them.

use super::{Conn, database};
use crate::support::database::Database;
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep, texts};
use crate::support::sound::{assert_sound, empty_transactions};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::result::Error;

const NOTES: &str = "notes (id) {
    id -> Integer,
    name -> Text,
    touched -> Integer,
    secret -> Nullable<Text>,
}";

const TABLE: &str = "CREATE TABLE notes (
    id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, touched INTEGER NOT NULL DEFAULT 0, secret TEXT
);";

/// Notes with a history and this trigger, which is newer than continuum's or older.
fn notes(strategy: &str, trigger: &str, trigger_is_newer: bool) -> Option<Database<Conn>> {
    let db = database()?;
    let (schema, models) = texts(&[(NOTES, &format!("hidden(secret), {strategy}"))]);
    db.apply(TABLE);
    if trigger_is_newer {
        db.install(&schema, &models);
        db.apply(trigger);
    } else {
        db.apply(trigger);
        db.install(&schema, &models);
    }
    Some(db)
}

/// What is stored of one row after a statement, for each strategy. The row is there before an UPDATE,
/// and was deleted before an INSERT.
struct Stored<'a> {
    /// The application's trigger runs before continuum's: the later change is told first.
    before: &'a [&'a str],
    /// It runs after them, and each change is a transaction of its own.
    after: &'a [&'a str],
    /// In one transaction, whatever runs first.
    together: &'a [&'a str],
}

fn check(trigger: &str, statement: &str, columns: &[&str], stored: &Stored<'_>) {
    for strategy in STRATEGIES {
        for (trigger_is_newer, in_transaction) in
            [(true, false), (false, false), (true, true), (false, true)]
        {
            let Some(db) = notes(strategy, trigger, trigger_is_newer) else {
                return;
            };
            let conn: &mut Conn = &mut db.connect();
            conn.batch_execute("INSERT INTO notes (id, name) VALUES (1, 'a')")
                .unwrap();
            if statement.starts_with("INSERT") {
                conn.batch_execute("DELETE FROM notes").unwrap();
            }
            if in_transaction {
                conn.versioned_transaction::<_, Error, _>(ChangeInfo::new(), |conn| {
                    conn.batch_execute(statement)
                })
                .unwrap();
            } else {
                conn.batch_execute(statement).unwrap();
            }
            let expected = match (in_transaction, trigger_is_newer) {
                (true, _) => stored.together,
                (false, true) => stored.before,
                (false, false) => stored.after,
            };
            let about = format!("{strategy}, {trigger_is_newer}, {in_transaction}");
            let found = story(conn, "notes_version", columns, "id = 1");
            assert_eq!(found, expected, "{about}");
            assert_sound(conn);
            if in_transaction {
                assert_eq!(empty_transactions(conn, &["notes_version"]), 0, "{about}");
            }
        }
    }
}

const TOUCH: &str = "CREATE TRIGGER touch AFTER UPDATE ON notes WHEN NEW.touched = OLD.touched
    BEGIN UPDATE notes SET touched = touched + 1 WHERE id = NEW.id; END;";

#[test]
fn a_row_that_a_trigger_touches_has_no_version_that_says_nothing() {
    check(
        TOUCH,
        "UPDATE notes SET name = 'b' WHERE id = 1",
        &["name", "touched"],
        &Stored {
            before: &["insert a, 0", "update b, 1"],
            after: &["insert a, 0", "update b, 0", "update b, 1"],
            together: &["insert a, 0", "update b, 1"],
        },
    );
}

#[test]
fn of_a_row_that_a_trigger_touches_it_is_known_that_a_hidden_column_changed() {
    check(
        TOUCH,
        "UPDATE notes SET secret = 's' WHERE id = 1",
        &["touched", "secret_mod"],
        &Stored {
            before: &["insert 0, 0", "update 1, 1"],
            after: &["insert 0, 0", "update 0, 1", "update 1, 0"],
            together: &["insert 0, 0", "update 1, 1"],
        },
    );
}

#[test]
fn a_change_that_a_trigger_takes_back_leaves_no_version_that_says_nothing() {
    check(
        "CREATE TRIGGER keep_name AFTER UPDATE OF name ON notes WHEN NEW.name <> OLD.name
        BEGIN UPDATE notes SET name = OLD.name WHERE id = NEW.id; END;",
        "UPDATE notes SET name = 'b' WHERE id = 1",
        &["name"],
        &Stored {
            before: &["insert a"],
            after: &["insert a", "update b", "update a"],
            together: &["insert a"],
        },
    );
}

#[test]
fn a_changed_row_that_a_trigger_deletes_is_gone() {
    check(
        "CREATE TRIGGER forget AFTER UPDATE OF name ON notes WHEN NEW.name = 'gone'
        BEGIN DELETE FROM notes WHERE id = NEW.id; END;",
        "UPDATE notes SET name = 'gone' WHERE id = 1",
        &["name"],
        &Stored {
            before: &["insert a", "delete gone"],
            after: &["insert a", "update gone", "delete gone"],
            together: &["insert a", "delete gone"],
        },
    );
}

/// The trigger is told first, and takes away the version of the row's insert.
#[test]
fn a_row_that_is_new_in_the_transaction_and_that_a_trigger_deletes_has_never_been_there() {
    let triggers = [
        (
            "DELETE FROM notes WHERE id = NEW.id",
            "UPDATE notes SET name = 'gone' WHERE id = 1",
            None,
        ),
        (
            "DELETE FROM notes",
            "INSERT INTO notes (id, name) VALUES (1, 'b') ON CONFLICT DO UPDATE SET name = 'gone'",
            None,
        ),
        (
            "UPDATE notes SET id = 2 WHERE id = NEW.id",
            "UPDATE notes SET name = 'gone' WHERE id = 1",
            Some("insert gone"),
        ),
    ];
    for (what, statement, moved) in triggers {
        let trigger = format!(
            "CREATE TRIGGER purge AFTER UPDATE OF name ON notes WHEN NEW.name = 'gone' BEGIN {what}; END;"
        );
        for strategy in STRATEGIES {
            for is_newer in [true, false] {
                let Some(db) = notes(strategy, &trigger, is_newer) else {
                    return;
                };
                let conn: &mut Conn = &mut db.connect();
                conn.versioned_transaction::<_, Error, _>(ChangeInfo::new(), |conn| {
                    conn.batch_execute("INSERT INTO notes (id, name) VALUES (1, 'a')")?;
                    conn.batch_execute(statement)
                })
                .unwrap();
                let case = format!("{what}; {strategy}, newer: {is_newer}");
                assert_sound(conn);
                assert!(
                    story(conn, "notes_version", &["name"], "id = 1").is_empty(),
                    "{case}"
                );
                let other = story(conn, "notes_version", &["name"], "id = 2");
                assert_eq!(other.first().map(String::as_str), moved, "{case}");
                assert_eq!(empty_transactions(conn, &["notes_version"]), 0, "{case}");
                conn.batch_execute("INSERT INTO notes (id, name) VALUES (1, 'c')")
                    .unwrap();
                assert_eq!(
                    story(conn, "notes_version", &["name"], "id = 1"),
                    ["insert c"],
                    "{case}"
                );
            }
        }
    }
}

#[test]
fn a_new_row_that_a_trigger_changes_is_one_insert_in_a_transaction() {
    check(
        "CREATE TRIGGER name_it AFTER INSERT ON notes WHEN NEW.name = 'new'
        BEGIN UPDATE notes SET name = 'named' WHERE id = NEW.id; END;",
        "INSERT INTO notes (id, name) VALUES (1, 'new')",
        &["name"],
        &Stored {
            before: &["insert a", "delete a", "insert named"],
            after: &["insert a", "delete a", "insert new", "update named"],
            together: &["insert a", "delete a", "insert named"],
        },
    );
}

#[test]
fn a_row_whose_key_a_trigger_changes_is_followed() {
    check(
        "CREATE TRIGGER move AFTER UPDATE OF name ON notes WHEN NEW.name = 'moved'
        BEGIN UPDATE notes SET id = id + 1 WHERE id = NEW.id; END;",
        "UPDATE notes SET name = 'moved' WHERE id = 1",
        &["name"],
        &Stored {
            before: &["insert a", "delete moved"],
            after: &["insert a", "update moved", "delete moved"],
            together: &["insert a", "delete moved"],
        },
    );
}

#[test]
fn a_trigger_that_changes_the_new_row_and_another_table_leaves_each_its_transaction() {
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE marks (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);",
            &[
                ("posts (id) { id -> Integer, name -> Text }", strategy),
                ("marks (id) { id -> Integer, name -> Text }", strategy),
            ],
        );
        conn.batch_execute(
            "CREATE TRIGGER mark AFTER INSERT ON posts BEGIN
                UPDATE posts SET name = upper(name) WHERE id = NEW.id;
                INSERT INTO marks VALUES (NEW.id, NEW.name);
            END;
            INSERT INTO posts VALUES (1, 'a');",
        )
        .unwrap();
        let bob = ChangeInfo::new().actor("bob");
        conn.versioned_transaction::<_, Error, _>(bob, |conn| {
            conn.batch_execute("UPDATE posts SET name = 'b'")
        })
        .unwrap();
        assert_eq!(
            story(conn, "posts_version", &["name"], "true"),
            ["insert A", "update b"]
        );
        assert_eq!(
            story(conn, "marks_version", &["name"], "true"),
            ["insert a"]
        );
        let of_bob = "continuum_transaction WHERE actor = 'bob'
            AND id IN (SELECT transaction_id FROM marks_version)";
        assert_eq!(count(conn, of_bob), 0);
        assert_sound(conn);
    }
}

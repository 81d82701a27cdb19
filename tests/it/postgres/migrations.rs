//! What migrations of others do to transactions that are under way.

use super::{Conn, database, run};
use crate::support::database::Database;
use crate::support::history::{number, story};
use crate::support::kept::{STRATEGIES, keep, versioned};
use crate::support::sound::assert_sound;
use continuum_schema::{Baseline, Dialect, Plan};
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind, Error};

const ITEMS: &str = "items (id) { id -> Integer, name -> Text }";
const LATER: &str = "later (id) { id -> Integer, name -> Text }";

fn items(options: &str) -> Option<(Database<Conn>, Conn)> {
    let db = database()?;
    let conn = keep(
        &db,
        "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE later (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO items VALUES (1, 'a'), (2, 'a'), (3, 'a');",
        &[(ITEMS, options)],
    );
    Some((db, conn))
}

/// The migration that begins the history of the other table as well.
fn begin_the_other_history(db: &Database<Conn>, options: &str) {
    let one = [(ITEMS, options)];
    let both = [(ITEMS, options), (LATER, options)];
    let plan = Plan::between(
        Some(&versioned(&one)),
        &versioned(&both),
        Dialect::Postgres,
        Baseline::Rows,
    );
    db.apply(&plan.unwrap().up_sql());
}

/// Where its transaction takes another id, or loses its record, the versions in that table would not be found.
#[test]
fn a_history_that_began_after_the_snapshot_is_a_serialization_failure() {
    for options in STRATEGIES {
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            let Some((db, mut conn)) = items(options) else {
                return;
            };
            run(
                &mut conn,
                &format!("BEGIN ISOLATION LEVEL {level}; UPDATE items SET name = 'b' WHERE id = 1"),
            );
            begin_the_other_history(&db, options);
            let error = conn
                .batch_execute("INSERT INTO later VALUES (1, 'b')")
                .unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)
                ),
                "{error:?}"
            );
            assert!(
                error.to_string().contains("the history of \"later\" began"),
                "{error}"
            );
            run(&mut conn, "ROLLBACK");
            run(
                &mut conn,
                &format!(
                    "BEGIN ISOLATION LEVEL {level}; INSERT INTO later VALUES (1, 'b'); COMMIT"
                ),
            );
            assert_sound(&mut conn);
            assert_eq!(
                story(&mut conn, "later_version", &["name"], "1 = 1"),
                ["insert b"]
            );
        }
    }
}

#[test]
fn at_read_committed_the_transaction_goes_on_in_the_new_history() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = items(options) else {
            return;
        };
        run(&mut conn, "BEGIN; UPDATE items SET name = 'b' WHERE id = 1");
        begin_the_other_history(&db, options);
        run(&mut conn, "INSERT INTO later VALUES (1, 'b')");
        for id in [2, 3] {
            run(
                &mut db.connect(),
                &format!("UPDATE items SET name = 'other' WHERE id = {id}"),
            );
            run(
                &mut conn,
                &format!("UPDATE items SET name = 'b' WHERE id = {id}"),
            );
        }
        run(&mut conn, "COMMIT");
        assert_sound(&mut conn);
        let in_both = number(
            &mut conn,
            "SELECT count(*) AS count FROM later_version l JOIN items_version i USING (transaction_id) WHERE i.name = 'b'",
        );
        assert_eq!(in_both, 3);
    }
}

#[test]
fn a_history_that_is_dropped_meanwhile_stops_nobody() {
    for options in STRATEGIES {
        let Some((db, mut conn)) = items(options) else {
            return;
        };
        begin_the_other_history(&db, options);
        run(
            &mut conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ; UPDATE items SET name = 'b' WHERE id = 1",
        );
        run(
            &mut db.connect(),
            "DROP TABLE later, later_version; DELETE FROM continuum_table WHERE table_name = 'later'",
        );
        run(
            &mut conn,
            "UPDATE items SET name = 'a' WHERE id = 1; COMMIT",
        );
        assert_sound(&mut conn);
        assert_eq!(
            story(&mut conn, "items_version", &["name"], "id = 1"),
            ["insert a"]
        );
    }
}

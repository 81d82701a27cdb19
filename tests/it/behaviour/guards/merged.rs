//! Histories of branches that were merged.

use super::super::{Conn, database};
use super::{append_only, assert_guarded, assert_reversible, plan, refused, require};
use crate::support::database::Engine;
use crate::support::kept::{STRATEGIES, versioned};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{Dialect, Log, Plan, Required};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

const TABLES: &str = "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT);
    CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY);
    INSERT INTO pages VALUES (1, 'a'), (2, 'a'); INSERT INTO notes VALUES (1);";

#[test]
fn a_table_that_was_added_without_knowing_of_a_guard_is_guarded_afterwards() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(TABLES);
        let both = versioned(&[
            (
                "pages (id) { id -> Integer, title -> Nullable<Text> }",
                options,
            ),
            ("notes (id) { id -> Integer }", options),
        ]);
        let (none, guarded) = (
            Log::default(),
            Log {
                append_only: true,
                ..require(&[Required::Actor])
            },
        );
        let pages = both[..1].to_vec();
        db.apply(&plan(None, &pages, &none).up_sql());
        // One branch adds a table, the other one turns the guards on.
        db.apply(&plan(Some((&pages, &none)), &both, &none).up_sql());
        db.apply(&plan(Some((&pages, &none)), &pages, &guarded).up_sql());

        let behind = [(&both[1], &none)];
        let unshared = Conn::DIALECT.shares().then_some(both.as_slice());
        let merged = Plan::catching_up(&behind, unshared, &guarded, Conn::DIALECT).unwrap();
        assert_reversible(&db, &merged);
        let conn = &mut db.connect();
        assert_guarded(conn);
        let alice = ChangeInfo::new().actor("alice");
        conn.versioned_transaction(alice, |conn| {
            conn.batch_execute("INSERT INTO notes VALUES (2)")
        })
        .unwrap();
        for forgery in [
            "UPDATE notes_version SET operation_type = 2",
            "DELETE FROM notes_version",
        ] {
            refused(conn.batch_execute(forgery), "the history is only added to");
        }
        let by_nobody = conn.batch_execute("INSERT INTO notes VALUES (3)");
        refused(by_nobody, "notes is changed without an actor");
        assert_sound(conn);
        // Later migrations go on from there.
        assert_reversible(&db, &plan(Some((&both, &guarded)), &both, &append_only()));
        assert_reversible(&db, &plan(Some((&both, &append_only())), &both, &none));
        conn.batch_execute("DELETE FROM notes").unwrap();
        assert_sound(conn);
    }
}

#[test]
fn what_all_tables_share_knows_the_tables_of_both_branches() {
    // Only MySQL has something that has to know all tables.
    if Conn::DIALECT != Dialect::MySql {
        return;
    }
    let Some(db) = database() else { return };
    db.apply(TABLES);
    let all = versioned(&[
        ("pages (id) { id -> Integer, title -> Nullable<Text> }", ""),
        ("notes (id) { id -> Integer }", ""),
        ("more (id) { id -> Integer }", ""),
    ]);
    db.apply("CREATE TABLE more (id INTEGER NOT NULL PRIMARY KEY)");
    let none = Log::default();
    let more = all[2..].to_vec();
    db.apply(&plan(None, &more, &none).up_sql());
    for branch in [
        [all[2].clone(), all[0].clone()],
        [all[2].clone(), all[1].clone()],
    ] {
        db.apply(&plan(Some((&more, &none)), &branch, &none).up_sql());
    }
    #[derive(QueryableByName)]
    struct Routine {
        #[diesel(sql_type = Text)]
        body: String,
    }
    let knows_all = |conn: &mut Conn| {
        let routine: Routine = diesel::sql_query(
            "SELECT ROUTINE_DEFINITION AS body FROM information_schema.ROUTINES
            WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_NAME = 'continuum_renew_transaction'",
        )
        .get_result(conn)
        .unwrap();
        let tables = ["pages_version", "notes_version", "more_version"];
        tables.iter().all(|table| routine.body.contains(table))
    };
    let conn = &mut db.connect();
    assert!(!knows_all(conn));
    let merged = Plan::catching_up(&[], Some(&all), &none, Conn::DIALECT).unwrap();
    db.apply(&merged.up_sql());
    assert!(knows_all(conn));
    db.apply(&merged.down_sql());
    assert!(knows_all(conn));
    conn.batch_execute("INSERT INTO notes VALUES (7); DELETE FROM pages")
        .unwrap();
    assert_sound(conn);
}

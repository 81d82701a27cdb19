//! Several connections at a time.

use super::{Conn, database, impatient, log};
use crate::support::database::Engine;
use crate::support::history::{count, story, versions};
use crate::support::sound::{assert_sound, empty_transactions};
use crate::support::strategies::{self, KEPT};
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const VERSION_TABLES: [&str; 2] = ["with_validity_version", "with_subquery_version"];

/// A statement for the tables of both strategies; `{t}` is the table.
fn on_both(conn: &mut Conn, statement: &str) -> QueryResult<()> {
    KEPT.iter()
        .try_for_each(|kept| conn.batch_execute(&statement.replace("{t}", kept.table)))
}

fn actor(name: &str) -> ChangeInfo {
    ChangeInfo::new().actor(name)
}

#[test]
fn each_connection_has_a_transaction_of_its_own() {
    // D18
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let other: &mut Conn = &mut db.connect();
    conn.versioned_transaction(actor("alice"), |conn| {
        // Has begun, and has said who it is.
        other.versioned_transaction(actor("bob"), |other| {
            on_both(other, "INSERT INTO {t} (id, name) VALUES (1, 'a')")
        })?;
        on_both(conn, "INSERT INTO {t} (id, name) VALUES (2, 'b')")
    })
    .unwrap();
    let records = log(conn);
    let actors: Vec<_> = records.iter().map(|r| r.actor.as_deref()).collect();
    assert_eq!(actors, [Some("bob"), Some("alice")]);
    let made: Vec<_> = versions(conn, "with_validity_version", &["id"], "1 = 1")
        .iter()
        .map(|version| version.transaction_id)
        .collect();
    assert_eq!(made, [records[0].id, records[1].id]);
}

#[test]
fn transactions_that_touch_rows_in_another_order_leave_one_chain_for_each_row() {
    // D19
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    on_both(
        conn,
        "INSERT INTO {t} (id, name) VALUES (1, 'old'), (2, 'old')",
    )
    .unwrap();
    let mut other = db.connect();
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            begun.recv().unwrap();
            other
                .versioned_transaction(actor("bob"), |other| {
                    on_both(other, "UPDATE {t} SET name = 'bob' WHERE id = 2")
                })
                .unwrap();
            end.send(()).unwrap();
        });
        conn.versioned_transaction(actor("alice"), |conn| {
            on_both(conn, "UPDATE {t} SET name = 'alice' WHERE id = 1")?;
            begin.send(()).unwrap();
            // Where there is one writer at a time, the other one waits for this one to end.
            let _ = ended.recv_timeout(match Conn::DIALECT {
                Dialect::Postgres | Dialect::MySql => Duration::from_secs(30),
                _ => Duration::from_millis(100),
            });
            on_both(conn, "UPDATE {t} SET name = 'alice' WHERE id = 2")
        })
        .unwrap();
    });
    let last = match Conn::DIALECT {
        Dialect::Postgres | Dialect::MySql => ["update bob", "update alice"],
        _ => ["update alice", "update bob"],
    };
    for kept in KEPT {
        assert_sound(conn);
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            ["insert old", "update alice"]
        );
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 2"),
            ["insert old", last[0], last[1]]
        );
    }
    assert_eq!(empty_transactions(conn, &VERSION_TABLES), 0);
    // Each row of the log is still that of who made the changes.
    for record in log(conn) {
        let made = versions(
            conn,
            "with_validity_version",
            &["name"],
            &format!("transaction_id = {}", record.id),
        );
        let Some(actor) = record.actor else { continue };
        assert!(!made.is_empty(), "{actor}");
        assert!(
            made.iter()
                .all(|version| version.values[0] == Some(actor.clone()))
        );
    }
}

#[test]
fn four_threads_that_write_rows_of_their_own_are_all_recorded() {
    // J08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let (threads, rows) = (4, 100);
    thread::scope(|scope| {
        for thread in 0..threads {
            let mut conn = db.connect();
            scope.spawn(move || {
                for id in (0..rows).map(|row| thread * rows + row) {
                    let insert = format!("INSERT INTO {{t}} (id, name) VALUES ({id}, 'a')");
                    let update = format!("UPDATE {{t}} SET name = 'b' WHERE id = {id}");
                    let actor = || actor(&thread.to_string());
                    conn.versioned_transaction(actor(), |conn| on_both(conn, &insert))
                        .unwrap();
                    conn.versioned_transaction(actor(), |conn| on_both(conn, &update))
                        .unwrap();
                }
            });
        }
    });
    for kept in KEPT {
        assert_sound(conn);
        for (operation, name) in [(0, "a"), (1, "b")] {
            let stored = format!(
                "{} v JOIN continuum_transaction t ON t.id = v.transaction_id
                WHERE operation_type = {operation} AND name = '{name}'
                AND (v.id - v.id % {rows}) / {rows} = CAST(t.actor AS DECIMAL)",
                kept.version_table
            );
            assert_eq!(count(conn, &stored), i64::from(threads * rows));
        }
    }
    assert_eq!(
        log(conn).len(),
        usize::try_from(2 * threads * rows).unwrap()
    );
}

/// On a connection that has run a versioned transaction before, and on one that has not.
fn on_used_and_unused_connections(check: impl Fn(&mut Conn, &mut Conn, i32)) {
    let Some(db) = database() else { return };
    let _ = strategies::set_up(&db);
    let used: &mut Conn = &mut impatient(db.connect());
    used.versioned_transaction(actor("first"), |conn| {
        on_both(conn, "INSERT INTO {t} (id, name) VALUES (0, 'a')")
    })
    .unwrap();
    let other: &mut Conn = &mut impatient(db.connect());
    check(used, other, 10);
    check(&mut impatient(db.connect()), other, 20);
    // And the other way round, with one that has never heard of it.
    check(other, &mut impatient(db.connect()), 30);
}

fn insert(conn: &mut Conn, id: i32) -> QueryResult<()> {
    on_both(
        conn,
        &format!("INSERT INTO {{t}} (id, name) VALUES ({id}, 'a')"),
    )
}

#[test]
fn a_transaction_that_only_reads_keeps_nobody_from_writing() {
    on_used_and_unused_connections(|conn, other, id| {
        let before = count(conn, "with_validity");
        let recorded = log(conn).len();
        conn.versioned_transaction(actor("reader"), |conn| {
            assert_eq!(count(conn, "with_validity"), before);
            other.versioned_transaction(actor("writer"), |other| insert(other, id))?;
            count(conn, "with_validity");
            insert(other, id + 1)
        })
        .unwrap();
        assert_eq!(count(conn, "with_validity"), before + 2);
        let actors: Vec<_> = log(conn).into_iter().map(|record| record.actor).collect();
        assert!(!actors.contains(&Some("reader".to_owned())), "{actors:?}");
        assert!(actors.len() > recorded);
    });
}

#[test]
fn a_transaction_that_reads_is_not_kept_by_one_that_writes() {
    on_used_and_unused_connections(|conn, other, id| {
        conn.versioned_transaction(actor("writer"), |conn| {
            insert(conn, id)?;
            other.versioned_transaction(actor("reader"), |other| {
                count(other, "with_validity");
                QueryResult::Ok(())
            })
        })
        .unwrap();
    });
}

#[test]
fn a_transaction_that_has_not_read_yet_can_write_after_another_one_has() {
    on_used_and_unused_connections(|conn, other, id| {
        conn.versioned_transaction(actor("alice"), |conn| {
            other.versioned_transaction(actor("bob"), |other| insert(other, id))?;
            insert(conn, id + 1)
        })
        .unwrap();
        let records = log(conn);
        let [.., bob, alice] = &records[..] else {
            panic!("{records:#?}")
        };
        assert_eq!(bob.actor.as_deref(), Some("bob"));
        assert_eq!(alice.actor.as_deref(), Some("alice"));
    });
}

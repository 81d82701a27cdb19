//! User variables outlive transactions; what they said must not.

use super::behaviour::{impatient, is_mariadb, log, transaction};
use super::{Conn, database};
use crate::support::articles::set_up;
use crate::support::history::{count, number, story};
use crate::support::kept::keep;
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::Error::RollbackTransaction;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn alice() -> ChangeInfo {
    ChangeInfo::new().actor("alice")
}

fn insert(conn: &mut Conn, id: i32) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "INSERT INTO articles (id, name) VALUES ({id}, 'a')"
    ))
}

fn rename(conn: &mut Conn, id: i32, name: &str) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "UPDATE articles SET name = '{name}' WHERE id = {id}"
    ))
}

fn actors(conn: &mut Conn) -> Vec<Option<String>> {
    log(conn).into_iter().map(|record| record.actor).collect()
}

/// Nothing of continuum's is said in the session.
fn assert_silent(conn: &mut Conn) {
    let said = "SELECT (@continuum_context IS NOT NULL) + (@continuum_transaction IS NOT NULL)
        + (@continuum_actor IS NOT NULL) + (@continuum_meta IS NOT NULL) AS count";
    assert_eq!(number(conn, said), 0);
}

#[test]
fn nothing_is_said_after_success_error_or_panic() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    conn.versioned_transaction(alice(), |conn| insert(conn, 1))
        .unwrap();
    assert_silent(conn);
    conn.versioned_transaction(alice(), |conn| {
        insert(conn, 2)?;
        Err::<(), _>(RollbackTransaction)
    })
    .unwrap_err();
    assert_silent(conn);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.versioned_transaction(alice(), |conn| -> QueryResult<()> {
            insert(conn, 3)?;
            panic!("on purpose")
        })
    }));
    panicked.unwrap_err();
    assert_silent(conn);
    AnsiTransactionManager::rollback_transaction(conn).unwrap();
    insert(conn, 4).unwrap();
    assert_eq!(actors(conn), [Some("alice".to_owned()), None]);
    assert_eq!(count(conn, "articles_version"), 2);
    assert_sound(conn);
}

#[test]
fn an_inner_transaction_that_fails_says_what_the_outer_one_says_again() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    conn.versioned_transaction(alice().meta("k", 1), |conn| {
        let bob = ChangeInfo::new().actor("bob").meta("k", 2);
        let inner = conn.versioned_transaction(bob, |conn| {
            insert(conn, 1)?;
            Err::<(), _>(RollbackTransaction)
        });
        assert_eq!(inner, Err(RollbackTransaction));
        insert(conn, 2)
    })
    .unwrap();
    let records = log(conn);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor.as_deref(), Some("alice"));
    assert_eq!(records[0].meta.as_ref().unwrap()["k"], 1);
    assert_sound(conn);
}

#[test]
fn a_record_that_a_savepoint_took_back_is_made_again() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    conn.versioned_transaction(alice(), |conn| {
        conn.batch_execute("SAVEPOINT s")?;
        insert(conn, 1)?;
        conn.batch_execute("ROLLBACK TO SAVEPOINT s")?;
        insert(conn, 2)
    })
    .unwrap();
    assert_eq!(actors(conn), [Some("alice".to_owned())]);
    assert_sound(conn);
}

#[test]
fn a_record_that_is_made_again_waits_for_no_other_transaction() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let other = &mut db.connect();
    conn.batch_execute("SET innodb_lock_wait_timeout = 1")
        .unwrap();
    // More records than a page of the log holds: the first one of a page is found in another way.
    for id in (1..2000).step_by(3) {
        conn.versioned_transaction(alice(), |conn| {
            let taken_back = conn.transaction(|conn| {
                insert(conn, id)?;
                Err::<(), _>(RollbackTransaction)
            });
            assert_eq!(taken_back, Err(RollbackTransaction));
            other.versioned_transaction(alice(), |other| {
                insert(other, id + 1)?;
                insert(other, id + 2)?;
                insert(conn, id)
            })
        })
        .unwrap_or_else(|error| panic!("row {id}: {error}"));
    }
    assert_sound(conn);
}

#[test]
fn statements_outside_are_never_of_an_earlier_transaction() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    conn.versioned_transaction(alice(), |conn| insert(conn, 1))
        .unwrap();
    // One record for each statement: the engine does not tell when a transaction ends.
    conn.transaction(|conn| {
        insert(conn, 2)?;
        conn.batch_execute("INSERT INTO articles (id, name) VALUES (3, 'b'), (4, 'c')")
    })
    .unwrap();
    assert_eq!(actors(conn), [Some("alice".to_owned()), None, None]);
    conn.batch_execute("BEGIN; INSERT INTO articles (id, name) VALUES (5, 'a'); ROLLBACK")
        .unwrap();
    insert(conn, 6).unwrap();
    assert_eq!(log(conn).len(), 4);
    assert_sound(conn);
}

#[test]
fn a_procedure_of_several_transactions_has_a_record_for_each_statement() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    conn.batch_execute(
        "CREATE PROCEDURE twice() BEGIN
            INSERT INTO articles (id, name) VALUES (1, 'a');
            COMMIT;
            INSERT INTO articles (id, name) VALUES (2, 'b');
        END",
    )
    .unwrap();
    conn.batch_execute("CALL twice()").unwrap();
    assert_eq!(count(conn, "articles_version"), 2);
    assert_eq!(log(conn).len(), 2);
}

#[test]
fn a_pooled_connection_says_nothing_to_who_gets_it_next() {
    let Some(db) = database() else { return };
    drop(set_up(&db));
    let manager = ConnectionManager::<Conn>::new(db.url());
    let pool = Pool::builder().max_size(1).build(manager).unwrap();
    let mut conn = pool.get().unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.versioned_transaction(alice(), |conn| -> QueryResult<()> {
            conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")?;
            panic!("on purpose")
        })
    }));
    panicked.unwrap_err();
    drop(conn);
    let conn = &mut *pool.get().unwrap();
    conn.batch_execute("INSERT INTO articles (id, name) VALUES (2, 'a')")
        .unwrap();
    assert_eq!(actors(conn), [None]);
}

#[test]
fn the_snapshot_of_a_transaction_begins_with_its_own_first_read() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let other: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')"],
    );
    conn.versioned_transaction(alice(), |conn| {
        conn.batch_execute("UPDATE articles SET name = 'x' WHERE id = 1")?;
        conn.batch_execute("UPDATE articles SET name = 'y' WHERE id = 1")?;
        insert(other, 3)?;
        assert_eq!(count(conn, "articles"), 3);
        QueryResult::Ok(())
    })
    .unwrap();
    assert_sound(conn);
}

/// What had been recorded before the statement that commits by itself can have been overtaken.
#[test]
fn what_a_ddl_statement_has_committed_keeps_its_place() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let other: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a'), (3, 'a')"],
    );
    conn.versioned_transaction(alice(), |conn| {
        rename(conn, 1, "alice")?;
        rename(conn, 3, "alice")?;
        conn.batch_execute("CREATE TABLE commits (id INTEGER)")?;
        other.versioned_transaction(ChangeInfo::new().actor("bob"), |other| {
            rename(other, 1, "bob")?;
            rename(other, 2, "bob")
        })?;
        rename(conn, 2, "alice again")?;
        rename(conn, 1, "alice again")
    })
    .unwrap();
    for (id, names) in [
        (1, ["a", "alice", "bob", "alice again"].as_slice()),
        (2, &["a", "bob", "alice again"]),
        (3, &["a", "alice"]),
    ] {
        let told: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(nth, name)| match nth {
                0 => format!("insert {name}"),
                _ => format!("update {name}"),
            })
            .collect();
        let of_row = format!("id = {id}");
        assert_eq!(story(conn, "articles_version", &["name"], &of_row), told);
    }
    let who: Vec<_> = actors(conn).into_iter().flatten().collect();
    match is_mariadb(conn) {
        true => assert_eq!(who, ["alice", "bob", "alice", "alice"]),
        // Which does not tell that the statements are of no transaction.
        false => assert_eq!(who, ["alice", "bob", "alice"]),
    }
    assert_sound(conn);
}

/// A deadlock ends the transaction as well, and what the closure does then is committed statement by statement.
#[test]
fn what_follows_the_end_of_its_transaction_is_moved_by_nothing() {
    let Some(db) = database() else { return };
    let (conn, other): (&mut Conn, &mut Conn) = (&mut set_up(&db), &mut db.connect());
    if !is_mariadb(conn) {
        return;
    }
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a')"],
    );
    let bob = || ChangeInfo::new().actor("bob");
    conn.versioned_transaction(alice(), |conn| {
        rename(conn, 2, "alice")?;
        conn.batch_execute("CREATE TABLE commits (id INTEGER)")?;
        rename(conn, 1, "alice")?;
        other.versioned_transaction(bob(), |other| {
            rename(other, 1, "bob")?;
            rename(other, 1, "alice")?;
            rename(other, 2, "bob")
        })?;
        rename(conn, 2, "alice")
    })
    .unwrap();
    let second = story(conn, "articles_version", &["name"], "id = 2");
    assert_eq!(
        second,
        ["insert a", "update alice", "update bob", "update alice"]
    );
    let who: Vec<_> = actors(conn).into_iter().flatten().collect();
    assert_eq!(who, ["alice", "alice", "bob", "alice"]);
    assert_sound(conn);
}

#[test]
fn a_transaction_records_in_one_database() {
    let Some(db) = database() else { return };
    let Some(other_db) = database() else { return };
    let (conn, other): (&mut Conn, &mut Conn) = (&mut set_up(&db), &mut set_up(&other_db));
    let database = diesel::dsl::sql::<diesel::sql_types::Text>("DATABASE()");
    let name: String = diesel::select(database).get_result(other).unwrap();
    let insert_there = format!("INSERT INTO {name}.articles (id, name) VALUES (1, 'a')");
    let error = conn
        .versioned_transaction(alice(), |conn| {
            insert(conn, 1)?;
            conn.batch_execute(&insert_there)
        })
        .unwrap_err();
    assert!(
        error.to_string().contains("records in one database"),
        "{error}"
    );
    assert_eq!(actors(conn), [None; 0]);
    assert_eq!(actors(other), [None; 0]);

    conn.versioned_transaction(alice(), |conn| insert(conn, 1))
        .unwrap();
    conn.versioned_transaction(alice(), |conn| conn.batch_execute(&insert_there))
        .unwrap();
    assert_eq!(actors(conn), [Some("alice".to_owned())]);
    assert_eq!(actors(other), [Some("alice".to_owned())]);
    assert_sound(other);
}

#[test]
fn a_session_that_keeps_no_conditions_records_all_the_same() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let other: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a'), (3, 'a')"],
    );
    conn.batch_execute("SET SESSION max_error_count = 0")
        .unwrap();
    conn.versioned_transaction(alice(), |conn| {
        rename(conn, 1, "alice")?;
        rename(other, 2, "other")?;
        // The other one has overtaken this transaction, which takes a fresh id.
        rename(conn, 2, "alice")?;
        rename(conn, 3, "alice")
    })
    .unwrap();
    let who = [None, None, Some("alice".to_owned())];
    assert_eq!(actors(conn), who);
    assert_sound(conn);
}

/// The record of a transaction that another one has overtaken gets a fresh id, and has its own again when
/// the savepoint is rolled back since which it was overtaken.
#[test]
fn a_transaction_stays_one_where_a_savepoint_took_its_fresh_id_back() {
    // That a key is taken, these sessions are not told under IGNORE.
    let unsaid = "SET @@SESSION.old_mode = 'NO_DUP_KEY_WARNINGS_WITH_IGNORE'";
    for silent in ["SET @x = 1", "SET @@SESSION.max_error_count = 0", unsaid] {
        let Some(db) = database() else { return };
        let (conn, other): (&mut Conn, &mut Conn) = (&mut set_up(&db), &mut db.connect());
        if silent == unsaid && !is_mariadb(conn) {
            continue;
        }
        transaction(
            conn,
            &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')"],
        );
        let bob = || ChangeInfo::new().actor("bob");
        conn.versioned_transaction(alice(), |conn| {
            rename(conn, 1, "x")?;
            rename(other, 2, "y")?;
            let inner = conn.versioned_transaction(bob(), |conn| {
                rename(conn, 2, "x")?;
                Err::<(), _>(RollbackTransaction)
            });
            assert_eq!(inner, Err(RollbackTransaction));
            conn.batch_execute(silent)?;
            // It is what it was: no version.
            rename(conn, 1, "a")?;
            insert(conn, 3)?;
            conn.versioned_transaction(bob(), |conn| insert(conn, 4))
        })
        .unwrap();
        let names = story(conn, "articles_version", &["name"], "id <> 2");
        assert_eq!(names, ["insert a", "insert a", "insert a"], "{silent}");
        assert_eq!(
            actors(conn),
            [None, Some("bob".to_owned()), None],
            "{silent}"
        );
        assert_sound(conn);
    }
}

#[test]
fn a_session_keeps_its_settings_where_its_record_waits_in_vain() {
    let Some(db) = database() else { return };
    let (conn, other): (&mut Conn, &mut Conn) = (&mut impatient(set_up(&db)), &mut db.connect());
    conn.batch_execute("SET SESSION max_error_count = 0")
        .unwrap();
    conn.versioned_transaction(alice(), |conn| {
        let inner = conn.transaction(|conn| {
            insert(conn, 1)?;
            Err::<(), _>(RollbackTransaction)
        });
        assert_eq!(inner, Err(RollbackTransaction));
        other.transaction(|other| {
            other.batch_execute("SELECT COUNT(*) FROM continuum_transaction FOR UPDATE")?;
            insert(conn, 2).unwrap_err();
            QueryResult::Ok(())
        })?;
        assert_eq!(number(conn, "SELECT @@SESSION.max_error_count AS count"), 0);
        insert(conn, 3)
    })
    .unwrap();
    assert_eq!(actors(conn), [Some("alice".to_owned())]);
    assert_sound(conn);
}

#[test]
fn to_say_more_of_a_record_that_a_savepoint_took_back_locks_no_gap() {
    let Some(db) = database() else { return };
    let (conn, other): (&mut Conn, &mut Conn) = (&mut set_up(&db), &mut impatient(db.connect()));
    conn.versioned_transaction(alice(), |conn| {
        let mut nested = |conn: &mut Conn, fails: bool| {
            conn.versioned_transaction(ChangeInfo::new().actor("bob"), |conn| {
                if fails {
                    insert(conn, 1)?;
                    return Err(RollbackTransaction);
                }
                // Others make records of theirs.
                insert(other, 2)
            })
        };
        assert_eq!(nested(conn, true), Err(RollbackTransaction));
        nested(conn, false)
    })
    .unwrap();
    // Nothing of it is left, and nothing is said by a record.
    assert_eq!(actors(conn), [None]);
    assert_sound(conn);
}

#[test]
fn a_record_that_cannot_be_made_again_is_an_error() {
    let Some(db) = database() else { return };
    let (conn, other): (&mut Conn, &mut Conn) = (&mut set_up(&db), &mut db.connect());
    conn.batch_execute("CREATE UNIQUE INDEX once ON continuum_transaction (actor(20))")
        .unwrap();
    let error = conn
        .versioned_transaction(alice(), |conn| {
            let inner = conn.transaction(|conn| {
                insert(conn, 1)?;
                Err::<(), _>(RollbackTransaction)
            });
            assert_eq!(inner, Err(RollbackTransaction));
            other.versioned_transaction(alice(), |conn| insert(conn, 2))?;
            insert(conn, 3)
        })
        .unwrap_err();
    assert!(error.to_string().contains("once"), "{error}");
    assert_eq!(actors(conn), [Some("alice".to_owned())]);
    assert_sound(conn);
}

#[test]
fn a_session_of_safe_updates_moves_rows_with_keys_of_text() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE words (word VARCHAR(20) NOT NULL PRIMARY KEY, amount INTEGER NOT NULL)",
        &[("words (word) { word -> Varchar, amount -> Integer }", "")],
    );
    let other: &mut Conn = &mut db.connect();
    transaction(conn, &["INSERT INTO words VALUES ('a', 0), ('b', 0)"]);
    conn.batch_execute("SET SESSION sql_safe_updates = TRUE")
        .unwrap();
    conn.versioned_transaction(alice(), |conn| {
        conn.batch_execute("UPDATE words SET amount = 1 WHERE word = 'a'")?;
        other.batch_execute("UPDATE words SET amount = 2 WHERE word = 'b'")?;
        conn.batch_execute("UPDATE words SET amount = 3 WHERE word = 'b'")
    })
    .unwrap();
    let is_safe = "SELECT @@SESSION.sql_safe_updates AS count";
    assert_eq!(number(conn, is_safe), 1);
    assert_eq!(actors(conn), [None, None, Some("alice".to_owned())]);
    assert_sound(conn);
}

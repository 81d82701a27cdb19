//! What the recording locks and reads: nobody waits for it who would not wait without, and the
//! snapshot of the application's transaction is its own.

use super::behaviour::impatient;
use super::{Conn, database};
use crate::support::database::Database;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error::RollbackTransaction;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use std::thread;
use std::time::Duration;

/// Houses of owners, and two connections that wait for nobody.
fn with_houses(mut test: impl FnMut(&Database<Conn>, &mut Conn, &mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(9));
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner INTEGER,
                rooms INTEGER,
                FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE SET NULL ON UPDATE CASCADE
            );
            INSERT INTO owners VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
            INSERT INTO houses VALUES (10, 1, 5), (20, 2, 5), (30, 3, 5);",
            &[
                (
                    "owners (id) { id -> Integer, name -> Nullable<Text> }",
                    options,
                ),
                (
                    "houses (id) { id -> Integer, owner -> Nullable<Integer>, rooms -> Nullable<Integer> }",
                    options,
                ),
            ],
        );
        test(&db, conn, &mut impatient(db.connect()));
        assert_sound(conn);
    }
}

fn run(conn: &mut Conn, sql: &str) {
    conn.batch_execute(sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

fn isolate(conn: &mut Conn, other: &mut Conn, level: &str) {
    let set = format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}");
    run(conn, &set);
    run(other, &set);
}

/// By every name that a routine has for a table it is open once more, and each statement of a trigger
/// goes through all that is open.
#[test]
fn a_statement_has_the_version_tables_of_other_tables_open_once() {
    with_houses(|db, conn, other| {
        run(conn, "BEGIN; UPDATE houses SET rooms = 6 WHERE id = 10");
        let mut waiting = db.connect();
        let id = number(
            &mut waiting,
            "SELECT CAST(connection_id() AS SIGNED) AS count",
        );
        thread::scope(|scope| {
            scope.spawn(|| run(&mut waiting, "UPDATE houses SET rooms = 7 WHERE id = 10"));
            let waits = "information_schema.innodb_trx \
                WHERE trx_state = 'LOCK WAIT' AND trx_mysql_thread_id = ";
            while count(other, &format!("{waits}{id}")) == 0 {
                // InnoDB looks again when nobody has asked for a tenth of a second.
                thread::sleep(Duration::from_millis(150));
            }
            let open = ["owners_version", "continuum_newest_owners_version"]
                .map(|table| open_tables(other, table));
            run(conn, "COMMIT");
            assert_eq!(open, [1, 1]);
        });
    });
}

/// How often statements that run have the table open.
fn open_tables(conn: &mut Conn, table: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Open {
        #[diesel(sql_type = BigInt, column_name = In_use)]
        statements: i64,
    }
    sql_query(format!(
        "SHOW OPEN TABLES WHERE `Database` = DATABASE() AND `Table` = '{table}'"
    ))
    .get_result::<Open>(conn)
    .unwrap()
    .statements
}

#[test]
fn a_record_that_is_forgotten_keeps_nobody_waiting() {
    with_houses(|db, conn, other| {
        let third = &mut impatient(db.connect());
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            let taken_back = conn.transaction(|conn| {
                conn.batch_execute("INSERT INTO owners VALUES (5, 'e')")?;
                conn.batch_execute("DELETE FROM owners WHERE id = 5")?;
                Err::<(), _>(RollbackTransaction)
            });
            assert_eq!(taken_back, Err(RollbackTransaction));
            // Its record stands beside the one that is gone.
            other.batch_execute(
                "BEGIN; SELECT id FROM owners WHERE id = 4 FOR UPDATE; SAVEPOINT a;
                UPDATE owners SET name = 'x' WHERE id = 1",
            )
        })
        .unwrap();
        run(other, "ROLLBACK TO SAVEPOINT a");
        run(third, "UPDATE owners SET name = 'y' WHERE id = 2");
        run(other, "COMMIT");
    });
}

#[test]
fn whoever_looks_for_what_has_been_left_waits_for_nobody() {
    with_houses(|_, conn, other| {
        conn.transaction(|conn| {
            conn.versioned_transaction(ChangeInfo::new(), |conn| {
                conn.batch_execute("INSERT INTO owners VALUES (5, 'e')")?;
                conn.batch_execute("DELETE FROM owners WHERE id = 5")
            })?;
            run(other, "UPDATE owners SET name = 'y' WHERE id = 2");
            QueryResult::Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_row_that_has_gone_to_another_parent_is_not_locked_with_the_first_one() {
    for level in ["READ COMMITTED", "REPEATABLE READ"] {
        with_houses(|_, conn, other| {
            run(conn, "UPDATE houses SET owner = 4 WHERE id = 10");
            isolate(conn, other, level);
            run(conn, "BEGIN; UPDATE houses SET owner = 3 WHERE id = 10");
            run(other, "BEGIN; DELETE FROM owners WHERE id = 1");
            run(other, "ROLLBACK");
            run(conn, "ROLLBACK");
            run(conn, "BEGIN; DELETE FROM owners WHERE id = 1");
            run(other, "UPDATE houses SET owner = 3 WHERE id = 10");
            run(conn, "COMMIT");
            assert_eq!(
                story(conn, "houses_version", &["owner"], "id = 10"),
                ["insert 1", "update 4", "update 3"]
            );
        });
    }
}

#[test]
fn a_new_row_is_not_waited_for_by_whoever_takes_away_the_parent_of_the_one_before() {
    for level in ["READ COMMITTED", "REPEATABLE READ"] {
        with_houses(|_, conn, other| {
            isolate(conn, other, level);
            run(conn, "BEGIN; INSERT INTO houses VALUES (15, NULL, 5)");
            run(other, "DELETE FROM owners WHERE id = 1");
            run(conn, "COMMIT");
        });
    }
}

/// The index by which the versions are found that refer to a row has those of the next row beside them.
#[test]
fn whoever_takes_a_parent_away_keeps_children_of_another_one_waiting_only_above_read_committed() {
    for (level, waits) in [("READ COMMITTED", false), ("REPEATABLE READ", true)] {
        with_houses(|_, conn, other| {
            isolate(conn, other, level);
            run(conn, "BEGIN; DELETE FROM owners WHERE id = 2");
            let update = other.batch_execute("UPDATE houses SET rooms = 6 WHERE id = 10");
            assert_eq!(update.is_err(), waits, "{level}: {update:?}");
            run(conn, "COMMIT");
        });
    }
}

/// Whether what others have committed since is there when a transaction that began with these
/// statements first reads.
fn reads_anew(level: &str, statements: &[&str], between: &str) -> bool {
    let mut read = Vec::new();
    with_houses(|_, conn, other| {
        isolate(conn, other, level);
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            for (index, statement) in statements.iter().enumerate() {
                if index > 0 {
                    run(other, between);
                }
                conn.batch_execute(statement)?;
            }
            run(other, "INSERT INTO owners VALUES (9, 'i')");
            read.push(count(conn, "owners WHERE id = 9"));
            QueryResult::Ok(())
        })
        .unwrap();
    });
    read.iter().all(|read| *read == 1)
}

#[test]
fn following_a_foreign_key_begins_no_snapshot() {
    for statement in [
        "DELETE FROM owners WHERE id = 1",
        "UPDATE owners SET id = 8 WHERE id = 1",
    ] {
        assert!(reads_anew("REPEATABLE READ", &[statement], ""));
    }
}

/// It looks for its own versions: with a snapshot, because with locks others would wait for it.
#[test]
fn taking_a_fresh_id_begins_the_snapshot_at_repeatable_read() {
    for (level, anew) in [("READ COMMITTED", true), ("REPEATABLE READ", false)] {
        let statements = [
            "UPDATE owners SET name = 'x' WHERE id = 1",
            "UPDATE owners SET name = 'x' WHERE id = 2",
        ];
        let overtakes = "UPDATE owners SET name = 'y' WHERE id = 2";
        if database().is_some() {
            assert_eq!(reads_anew(level, &statements, overtakes), anew, "{level}");
        }
    }
}

/// The parent has no history, so that nothing tells its statement from the one before it.
#[test]
fn nobody_waits_for_a_row_that_referred_to_the_deleted_one_before_others_changed_it() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = keep(
            &db,
            "CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY);
            CREATE TABLE houses (
                id INTEGER NOT NULL PRIMARY KEY,
                owner INTEGER,
                rooms INTEGER,
                FOREIGN KEY (owner) REFERENCES owners (id) ON DELETE CASCADE
            );
            INSERT INTO owners VALUES (1), (2);",
            &[(
                "houses (id) { id -> Integer, owner -> Nullable<Integer>, rooms -> Nullable<Integer> }",
                options,
            )],
        );
        let conn = &mut impatient(conn);
        conn.batch_execute("INSERT INTO houses VALUES (10, 1, 5)")
            .unwrap();
        let other = &mut db.connect();
        other
            .batch_execute(
                "UPDATE houses SET owner = 2 WHERE id = 10;
                BEGIN; UPDATE houses SET rooms = 6 WHERE id = 10;",
            )
            .unwrap();
        conn.batch_execute("DELETE FROM owners WHERE id = 1")
            .unwrap();
        other.batch_execute("COMMIT").unwrap();
        assert_sound(conn);
    }
}

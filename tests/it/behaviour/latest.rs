//! Changes that depend on nobody else having changed the row.

use super::{Conn, database, impatient, transaction};
use crate::support::database::Engine;
use crate::support::history::{count, story};
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use crate::support::watch::statements;
use continuum_core::HistoryError;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::{CacheSize, SimpleConnection};
use diesel::prelude::*;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

/// On the table of each strategy, with row 1 that was inserted and renamed: the block, with the
/// database, both versions, and the row.
macro_rules! renamed {
    (|$db:ident, $conn:ident, $kept:ident, $rows:ident, $row:ident, $versions:ident| $body:block) => {
        let Some($db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&$db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|Row, RowVersion, $rows, rows_version| {
            let $kept = tables.next().unwrap();
            for statement in [
                "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'a')",
                "UPDATE {t} SET name = 'b' WHERE id = 1",
            ] {
                transaction($conn, &[statement.replace("{t}", $kept.table)]);
            }
            let $row: Row = $rows::table.find(1).first($conn).unwrap();
            let $versions: Vec<RowVersion> = $row.versions().load($conn).unwrap();
            $body
            assert_sound($conn);
        });
    };
}

#[test]
fn only_the_newest_version_is_the_latest() {
    renamed!(|db, conn, kept, rows, row, versions| {
        assert_eq!(versions[0].is_latest(conn), Ok(false));
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        diesel::delete(&row).execute(conn).unwrap();
        assert_eq!(versions[1].is_latest(conn), Ok(false));
        let deletion = row.latest_version(conn).unwrap().unwrap();
        assert_eq!(deletion.is_latest(conn), Ok(true));
    });
}

#[test]
fn a_change_is_made_if_nobody_else_has_made_one() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let rename = |conn: &mut Conn, name: &str| {
            versions[1].if_latest(conn, |conn| {
                diesel::update(&row)
                    .set(rows::name.eq(name))
                    .execute(conn)
                    .map_err(HistoryError::from)
            })
        };
        assert_eq!(rename(conn, "c"), Ok(1));
        let newer = row.latest_version(conn).unwrap().unwrap().transaction_id;
        assert_eq!(rename(conn, "d"), Err(HistoryError::Stale { newer }));
        // To try again, with what is there now, works.
        let latest = row.latest_version(conn).unwrap().unwrap();
        latest
            .if_latest(conn, |conn| {
                diesel::update(&row).set(rows::name.eq("d")).execute(conn)
            })
            .unwrap();
        let names = story(conn, kept.version_table, &["name"], "id = 1");
        assert_eq!(names, ["insert a", "update b", "update c", "update d"]);
    });
}

#[test]
fn what_it_costs_does_not_depend_on_the_rows_and_their_versions() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let cost = |conn: &mut Conn| {
            let latest = row.latest_version(conn).unwrap().unwrap();
            statements(conn, |conn| {
                latest
                    .if_latest(conn, |_| Ok::<_, HistoryError>(()))
                    .unwrap();
            })
        };
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        // A transaction, the lock, and the look at the versions.
        let few = cost(conn);
        assert_eq!(few, 4);
        transaction(
            conn,
            &[format!(
                "INSERT INTO {} (id, name) VALUES (3, 'c'), (4, 'd'), (5, 'e')",
                kept.table
            )],
        );
        for name in ["c", "d", "e", "f"] {
            transaction(
                conn,
                &[format!("UPDATE {} SET name = '{name}'", kept.table)],
            );
        }
        assert_eq!(cost(conn), few);
    });
}

#[test]
fn a_revert_is_made_if_nobody_else_has_changed_the_row() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let latest = &versions[1];
        let back = |conn: &mut Conn| {
            let info = ChangeInfo::new().actor("alice");
            conn.versioned_transaction(info, |conn| {
                latest.if_latest(conn, |conn| versions[0].revert(conn))
            })
        };
        back(conn).unwrap();
        assert!(matches!(back(conn), Err(HistoryError::Stale { .. })));
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            ["insert a", "update b", "update a"]
        );
    });
}

#[test]
fn the_error_of_the_closure_comes_back_and_its_changes_do_not_stay() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let failed: QueryResult<()> = versions[1].if_latest(conn, |conn| {
            diesel::delete(rows::table).execute(conn)?;
            Err(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(failed, Err(diesel::result::Error::RollbackTransaction));
        assert_eq!(count(conn, kept.table), 2);
    });
}

#[test]
fn a_stale_version_is_told_through_diesel_s_error_too() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let failed: QueryResult<()> = versions[0].if_latest(conn, |_| Ok(()));
        let newer = versions[1].transaction_id;
        let stale = HistoryError::Stale { newer };
        assert_eq!(HistoryError::from(failed.unwrap_err()), stale);
        let mut gone = versions[1].clone();
        gone.transaction_id = 1_000_000;
        let failed = gone.if_latest(conn, |_| Ok::<_, HistoryError>(()));
        let transaction_id = 1_000_000;
        assert_eq!(failed, Err(HistoryError::NoVersion { transaction_id }));
    });
}

/// Of two connections that have read the same version, the second waits for the first, and is told.
#[test]
fn who_waits_for_the_other_one_is_told() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let mut other = db.connect();
        let latest = &versions[1];
        let (begin, begun) = mpsc::channel();
        let row = &row;
        thread::scope(|scope| {
            let second = scope.spawn(move || {
                begun.recv().unwrap();
                latest.if_latest(&mut other, |conn| {
                    diesel::update(row)
                        .set(rows::name.eq("second"))
                        .execute(conn)
                        .map_err(HistoryError::from)
                })
            });
            latest
                .if_latest(conn, |conn| {
                    begin.send(()).unwrap();
                    thread::sleep(Duration::from_millis(200));
                    diesel::update(row)
                        .set(rows::name.eq("first"))
                        .execute(conn)
                })
                .unwrap();
            let second = second.join().unwrap();
            let newer = row.latest_version(conn).unwrap().unwrap().transaction_id;
            assert_eq!(second, Err(HistoryError::Stale { newer }));
        });
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            ["insert a", "update b", "update first"]
        );
    });
}

/// A counter that nobody may count past another one: what each reads, it adds one to.
#[test]
fn no_update_is_lost_where_all_try_again() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let (threads, times) = (4, 10);
        let barrier = Barrier::new(threads);
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        diesel::update(&row)
            .set(rows::name.eq("0"))
            .execute(conn)
            .unwrap();
        thread::scope(|scope| {
            for _ in 0..threads {
                let mut conn = db.connect();
                let (row, barrier) = (&row, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let mut done = 0;
                    while done < times {
                        let read = row.latest_version(&mut conn).unwrap().unwrap();
                        let next = (read.name.parse::<u32>().unwrap() + 1).to_string();
                        let counted = read.if_latest(&mut conn, |conn| {
                            diesel::update(row)
                                .set(rows::name.eq(&next))
                                .execute(conn)
                                .map_err(HistoryError::from)
                        });
                        match counted {
                            Ok(_) => done += 1,
                            Err(HistoryError::Stale { newer }) => {
                                assert!(newer > read.transaction_id)
                            }
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                });
            }
        });
        let last = row.latest_version(conn).unwrap().unwrap();
        assert_eq!(last.name, (threads * times).to_string());
    });
}

/// Whose snapshot is older than the other one's change gets the engine's own error, and is told
/// when it tries again.
#[test]
fn under_serializable_the_second_one_fails_and_is_told_when_it_tries_again() {
    let Dialect::Postgres = Conn::DIALECT else {
        return;
    };
    renamed!(|db, conn, kept, rows, row, versions| {
        let other: &mut Conn = &mut db.connect();
        let latest = &versions[1];
        let rename = |conn: &mut Conn, name: &str| {
            latest.if_latest(conn, |conn| {
                diesel::update(&row)
                    .set(rows::name.eq(name))
                    .execute(conn)
                    .map_err(HistoryError::from)
            })
        };
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            other
                .batch_execute(&format!(
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}"
                ))
                .unwrap();
            let read = row.latest_version(conn).unwrap().unwrap();
            let tried = other.transaction(|other| {
                // The snapshot is taken.
                count(other, kept.table);
                diesel::update(&row)
                    .set(rows::name.eq(level))
                    .execute(conn)
                    .map_err(HistoryError::from)?;
                read.if_latest(other, |_| Ok::<_, HistoryError>(()))
            });
            use diesel::result::{DatabaseErrorKind, Error};
            assert!(
                matches!(
                    tried,
                    Err(HistoryError::Database(Error::DatabaseError(
                        DatabaseErrorKind::SerializationFailure,
                        _
                    )))
                ),
                "{tried:?}"
            );
            let again = read.if_latest(other, |_| Ok::<_, HistoryError>(()));
            assert!(
                matches!(again, Err(HistoryError::Stale { .. })),
                "{again:?}"
            );
        }
        assert!(rename(conn, "x").is_err());
    });
}

fn set_level(conn: &mut Conn, level: &str) {
    let set = match Conn::DIALECT {
        Dialect::MySql => "SET SESSION TRANSACTION ISOLATION LEVEL",
        _ => "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL",
    };
    conn.batch_execute(&format!("{set} {level}")).unwrap();
}

/// Its snapshot does not hide from MySQL what others have committed.
#[test]
fn on_mysql_who_has_a_snapshot_is_told_of_what_is_newer() {
    let Dialect::MySql = Conn::DIALECT else {
        return;
    };
    renamed!(|db, conn, kept, rows, row, versions| {
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        let other: &mut Conn = &mut db.connect();
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            set_level(other, level);
            let read = row.latest_version(conn).unwrap().unwrap();
            let newest = other
                .transaction(|other| {
                    // The snapshot is taken; under SERIALIZABLE, what is read is locked.
                    count(other, "continuum_table");
                    diesel::update(&row)
                        .set(rows::name.eq(level))
                        .execute(conn)?;
                    let newest = row.latest_version(conn)?.unwrap();
                    let newer = newest.transaction_id;
                    let tried = read.if_latest(other, |_| Ok::<_, HistoryError>(()));
                    assert_eq!(tried, Err(HistoryError::Stale { newer }));
                    // What is not locked is read as it was, so to read anew takes another
                    // transaction.
                    let anew = row.latest_version(other)?.unwrap();
                    if level == "REPEATABLE READ" {
                        assert_eq!(anew.transaction_id, read.transaction_id);
                    }
                    QueryResult::Ok(newest)
                })
                .unwrap();
            other
                .transaction(|other| {
                    let anew = row.latest_version(other)?.unwrap();
                    assert_eq!(anew.transaction_id, newest.transaction_id);
                    anew.if_latest(other, |other| {
                        diesel::update(&row)
                            .set(rows::name.eq("again"))
                            .execute(other)
                            .map_err(HistoryError::from)
                    })
                })
                .unwrap();
        }
    });
}

/// On the same connection, whose statements are kept prepared.
#[test]
fn what_waited_for_a_lock_in_vain_is_tried_again() {
    renamed!(|db, conn, kept, rows, row, versions| {
        let mut other = impatient(db.connect());
        assert_eq!(versions[1].is_latest(&mut other), Ok(true));
        conn.batch_execute("BEGIN").unwrap();
        diesel::update(&row)
            .set(rows::name.eq("c"))
            .execute(conn)
            .unwrap();
        let (done, answer) = mpsc::channel();
        let version = versions[1].clone();
        thread::spawn(move || {
            for _ in 0..3 {
                let refused = version.if_latest(&mut other, |_| Ok::<_, HistoryError>(()));
                done.send(refused.map_err(|error| error.to_string()))
                    .unwrap();
            }
        });
        for _ in 0..3 {
            let refused = answer.recv_timeout(Duration::from_secs(60)).unwrap();
            let refused = refused.unwrap_err().to_lowercase();
            assert!(refused.contains("lock"), "{refused}");
        }
        conn.batch_execute("ROLLBACK").unwrap();
    });
}

/// Also where the version is newer than the snapshot, nobody else can change the row meanwhile.
#[test]
fn on_mysql_who_has_a_snapshot_keeps_others_from_changing_the_row() {
    let Dialect::MySql = Conn::DIALECT else {
        return;
    };
    renamed!(|db, conn, kept, rows, row, versions| {
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        let other: &mut Conn = &mut db.connect();
        conn.batch_execute("SET SESSION innodb_lock_wait_timeout = 1")
            .unwrap();
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            set_level(other, level);
            for changed_since in [false, true] {
                let name = format!("{level} {changed_since}");
                other
                    .transaction(|other| {
                        count(other, "continuum_table");
                        if changed_since {
                            diesel::update(&row)
                                .set(rows::name.eq(format!("{name} before")))
                                .execute(conn)?;
                        }
                        let read = row.latest_version(conn)?.unwrap();
                        read.if_latest(other, |other| {
                            diesel::update(&row)
                                .set(rows::name.eq("in between"))
                                .execute(conn)
                                .unwrap_err();
                            diesel::delete(&row).execute(conn).unwrap_err();
                            diesel::update(&row)
                                .set(rows::name.eq(&name))
                                .execute(other)
                                .map_err(HistoryError::from)
                        })
                    })
                    .unwrap();
                let newest = row.latest_version(conn).unwrap().unwrap();
                assert_eq!(newest.name, name);
            }
        }
    });
}

/// Each in a transaction that has read before, and that is tried again as a whole.
#[test]
fn no_update_is_lost_in_transactions_that_read_first() {
    // SQLite may refuse them: `database is locked`.
    if Conn::DIALECT == Dialect::Sqlite {
        return;
    }
    renamed!(|db, conn, kept, rows, row, versions| {
        let (threads, times) = (3, 5);
        assert_eq!(versions[1].is_latest(conn), Ok(true));
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            diesel::update(&row)
                .set(rows::name.eq("0"))
                .execute(conn)
                .unwrap();
            let barrier = Barrier::new(threads);
            thread::scope(|scope| {
                for _ in 0..threads {
                    let mut conn = db.connect();
                    set_level(&mut conn, level);
                    // As docs/mysql.md says: a read that loses a deadlock is made again.
                    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                    let (row, barrier) = (&row, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        let mut done = 0;
                        while done < times {
                            let counted = conn.transaction(|conn| {
                                let read = row.latest_version(conn)?.unwrap();
                                let next = (read.name.parse::<u32>().unwrap() + 1).to_string();
                                read.if_latest(conn, |conn| {
                                    diesel::update(row)
                                        .set(rows::name.eq(&next))
                                        .execute(conn)
                                        .map_err(HistoryError::from)
                                })
                            });
                            match counted {
                                Ok(_) => done += 1,
                                Err(HistoryError::Stale { .. }) => {}
                                Err(error) => assert_eq!(failure(&error), SERIALIZATION),
                            }
                        }
                    });
                }
            });
            let last = row.latest_version(conn).unwrap().unwrap();
            assert_eq!(last.name, (threads * times).to_string(), "{level}");
        }
    });
}

const SERIALIZATION: &str = "serialization failure";

fn failure(error: &HistoryError) -> String {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        HistoryError::Database(Error::DatabaseError(
            DatabaseErrorKind::SerializationFailure,
            _,
        )) => SERIALIZATION.to_owned(),
        other => format!("{other:?}"),
    }
}

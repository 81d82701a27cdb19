//! Columns of the application's own in the log: a user with a foreign key, a tenant, and others.

use super::{Conn, database};
use crate::support::catalog::everything;
use crate::support::database::{Database, Engine};
use crate::support::history::count;
use crate::support::plan;
use crate::support::signed_in::models::PageVersion;
use crate::support::signed_in::schema::transaction_columns::{
    day, level, note, seen_at, strict, tenant, user_id, weight,
};
use crate::support::signed_in::schema::{
    TransactionColumns, pages_version, transaction_columns, users,
};
use crate::support::signed_in::{MODELS, SCHEMA, TABLES, set_up};
use crate::support::sound::assert_sound;
use chrono::NaiveDate;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, Required, VersionedTable};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

const CHANGE: &str = "UPDATE pages SET title = title || 'x' WHERE id = 1";

const NOTHING: TransactionColumns = TransactionColumns {
    user_id: None,
    tenant: None,
    level: None,
    weight: None,
    note: None,
    day: None,
    seen_at: None,
    strict: None,
};

fn change(conn: &mut Conn, info: ChangeInfo) -> QueryResult<()> {
    conn.versioned_transaction(info, |conn| conn.batch_execute(CHANGE))
}

/// What was said in the columns, of every transaction but the first.
fn said(conn: &mut Conn) -> Vec<TransactionColumns> {
    let mut all: Vec<TransactionColumns> = continuum_transaction::table
        .order(continuum_transaction::id)
        .select(TransactionColumns::as_select())
        .load(conn)
        .unwrap();
    all.remove(0);
    all
}

fn users_and_levels(conn: &mut Conn) -> Vec<(Option<i64>, Option<i16>)> {
    said(conn)
        .into_iter()
        .map(|columns| (columns.user_id, columns.level))
        .collect()
}

#[track_caller]
fn assert_violated(result: QueryResult<()>) {
    // Of what happens in a trigger, Diesel does not know the kind on MySQL.
    match result {
        Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {}
        Err(Error::DatabaseError(_, about)) if about.message().contains("FOREIGN KEY") => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_said_in_columns_is_recorded_with_the_transaction() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    let instant = NaiveDate::from_ymd_opt(2026, 2, 28)
        .unwrap()
        .and_hms_micro_opt(23, 59, 59, 123_456)
        .unwrap();
    let bytes: Vec<u8> = (0..16).map(|byte| byte * 17).collect();
    let info = ChangeInfo::new()
        .actor("alice")
        .set(user_id, 7)
        .set(tenant, bytes.as_slice())
        .set(level, -3)
        .set(weight, 0.1)
        .set(note, "it's \"so\" \\ ü, 'x'")
        .set(day, instant.date())
        .set(seen_at, Some(instant))
        .set(strict, true);
    change(conn, info).unwrap();
    let (transaction, columns): (Transaction, TransactionColumns) = continuum_transaction::table
        .filter(user_id.eq(7))
        .select((Transaction::as_select(), TransactionColumns::as_select()))
        .first(conn)
        .unwrap();
    assert_eq!(transaction.actor.as_deref(), Some("alice"));
    let expected = TransactionColumns {
        user_id: Some(7),
        tenant: Some(bytes),
        level: Some(-3),
        weight: Some(0.1),
        note: Some("it's \"so\" \\ ü, 'x'".to_owned()),
        day: Some(instant.date()),
        seen_at: Some(instant),
        strict: Some(true),
    };
    assert_eq!(columns, expected);
    assert_sound(conn);
}

#[test]
fn what_is_not_said_is_null() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    change(conn, ChangeInfo::new()).unwrap();
    change(conn, ChangeInfo::new().set(user_id, 7).set(level, 1)).unwrap();
    change(
        conn,
        ChangeInfo::new().set(level, 2).set(note, None::<&str>),
    )
    .unwrap();
    change(conn, ChangeInfo::new().actor("alice")).unwrap();
    // Outside of a versioned_transaction, and in one that fails.
    conn.batch_execute(CHANGE).unwrap();
    conn.versioned_transaction(ChangeInfo::new().set(user_id, 8), |_| {
        Err::<(), _>(Error::RollbackTransaction)
    })
    .unwrap_err();
    conn.transaction(|conn| conn.batch_execute(CHANGE)).unwrap();
    assert_eq!(
        users_and_levels(conn),
        [
            (None, None),
            (Some(7), Some(1)),
            (None, Some(2)),
            (None, None),
            (None, None),
            (None, None)
        ]
    );
    assert_eq!(said(conn)[0], NOTHING);
}

#[test]
fn the_log_is_filtered_ordered_and_joined_by_columns() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    for (user, of_level) in [(7, 1), (8, 3), (7, 2)] {
        change(
            conn,
            ChangeInfo::new().set(user_id, user).set(level, of_level),
        )
        .unwrap();
    }
    change(conn, ChangeInfo::new()).unwrap();

    let of_alice: Vec<Option<i16>> = continuum_transaction::table
        .inner_join(users::table)
        .filter(users::name.eq("Alice"))
        .order(level.desc())
        .select(level)
        .load(conn)
        .unwrap();
    assert_eq!(of_alice, [Some(2), Some(1)]);

    let names: Vec<Option<String>> = continuum_transaction::table
        .left_join(users::table)
        .filter(continuum_transaction::id.gt(1))
        .order(continuum_transaction::id)
        .select(users::name.nullable())
        .load(conn)
        .unwrap();
    let names: Vec<_> = names.iter().map(Option::as_deref).collect();
    assert_eq!(names, [Some("Alice"), Some("Bob"), Some("Alice"), None]);

    let versions: Vec<(PageVersion, Transaction, String)> = pages_version::table
        .inner_join(continuum_transaction::table.inner_join(users::table))
        .filter(level.gt(1))
        .order(level)
        .select((
            PageVersion::as_select(),
            Transaction::as_select(),
            users::name,
        ))
        .load(conn)
        .unwrap();
    let who: Vec<_> = versions.iter().map(|(.., name)| name.as_str()).collect();
    assert_eq!(who, ["Alice", "Bob"]);
    assert!(
        versions
            .iter()
            .all(|(version, by, _)| version.transaction_id == by.id)
    );

    // From the other side, grouped, and a struct of some columns.
    let transactions: Vec<(String, i64)> = users::table
        .inner_join(continuum_transaction::table)
        .group_by(users::name)
        .order(users::name)
        .select((users::name, diesel::dsl::count(user_id)))
        .load(conn)
        .unwrap();
    assert_eq!(
        transactions,
        [("Alice".to_owned(), 2), ("Bob".to_owned(), 1)]
    );
    #[derive(Debug, PartialEq, Queryable, Selectable)]
    #[diesel(table_name = transaction_columns)]
    struct Level {
        level: Option<i16>,
    }
    let highest: Level = continuum_transaction::table
        .filter(level.is_not_null())
        .order(level.desc())
        .select(Level::as_select())
        .first(conn)
        .unwrap();
    assert_eq!(highest, Level { level: Some(3) });
}

#[test]
fn what_an_inner_transaction_says_is_added_and_wins() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    for changed_before in [false, true] {
        conn.versioned_transaction(ChangeInfo::new().set(user_id, 7).set(note, "a"), |conn| {
            if changed_before {
                conn.batch_execute(CHANGE)?;
            }
            change(conn, ChangeInfo::new().set(user_id, 8).set(level, 1))?;
            change(conn, ChangeInfo::new().actor("alice"))?;
            conn.batch_execute(CHANGE)
        })
        .unwrap();
        let of = said(conn).pop().unwrap();
        assert_eq!((of.user_id, of.level), (Some(8), Some(1)));
        assert_eq!(of.note.as_deref(), Some("a"));
    }
    assert_eq!(said(conn).len(), 2);
    // Where the outer one says nothing in columns.
    for changed_before in [false, true] {
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            if changed_before {
                conn.batch_execute(CHANGE)?;
            }
            change(conn, ChangeInfo::new().set(strict, false))
        })
        .unwrap();
        assert_eq!(said(conn).pop().unwrap().strict, Some(false));
    }
    assert_eq!(said(conn).len(), 4);
}

#[test]
fn an_outer_transaction_without_columns_gets_them_from_the_first_inner_one() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    // Nothing has been said in a column on this connection.
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        conn.batch_execute(CHANGE)?;
        change(conn, ChangeInfo::new().set(user_id, 7))?;
        change(conn, ChangeInfo::new().set(level, 1))
    })
    .unwrap();
    assert_eq!(users_and_levels(conn), [(Some(7), Some(1))]);
}

#[test]
fn what_an_inner_transaction_said_is_rolled_back_with_it() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    for changed_before in [false, true] {
        conn.versioned_transaction(ChangeInfo::new().set(user_id, 7), |conn| {
            if changed_before {
                conn.batch_execute(CHANGE)?;
            }
            conn.versioned_transaction(ChangeInfo::new().set(user_id, 8).set(level, 1), |conn| {
                conn.batch_execute(CHANGE)?;
                conn.versioned_transaction(ChangeInfo::new().set(level, 2), |conn| {
                    conn.batch_execute(CHANGE)
                })?;
                Err::<(), _>(Error::RollbackTransaction)
            })
            .unwrap_err();
            conn.batch_execute(CHANGE)
        })
        .unwrap();
        let of = said(conn).pop().unwrap();
        assert_eq!((of.user_id, of.level), (Some(7), None));
    }
    // Also where it was the first to say something, and failed.
    let other = &mut db.connect();
    other
        .versioned_transaction(ChangeInfo::new(), |conn| {
            conn.versioned_transaction(ChangeInfo::new().set(level, 1), |conn| {
                conn.batch_execute(CHANGE)?;
                Err::<(), _>(Error::RollbackTransaction)
            })
            .unwrap_err();
            conn.batch_execute(CHANGE)
        })
        .unwrap();
    change(other, ChangeInfo::new().set(level, 3)).unwrap();
    let all = users_and_levels(conn);
    assert_eq!(all[all.len() - 2..], [(None, None), (None, Some(3))]);
}

#[test]
fn a_value_that_the_foreign_key_refuses_fails_the_change() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    let nobody = || ChangeInfo::new().set(user_id, 99);
    assert_violated(change(conn, nobody()));
    assert_eq!(said(conn), []);
    let title = |conn: &mut Conn| -> Option<String> {
        use crate::support::signed_in::schema::pages;
        pages::table
            .find(1)
            .select(pages::title)
            .first(conn)
            .unwrap()
    };
    assert_eq!(title(conn).as_deref(), Some("a"));
    // What is said to a transaction that has its record.
    conn.versioned_transaction(ChangeInfo::new().set(user_id, 7), |conn| {
        conn.batch_execute(CHANGE)?;
        let inner = conn.transaction(|conn| change(conn, nobody()));
        assert_violated(inner);
        conn.batch_execute(CHANGE)
    })
    // PostgreSQL gives up the savepoint, and the rest goes on.
    .unwrap();
    assert_eq!(users_and_levels(conn), [(Some(7), None)]);
    change(conn, ChangeInfo::new().set(user_id, 8)).unwrap();
    assert_sound(conn);
}

/// The histories of these texts, with this log.
fn between(before: Option<(&str, Log)>, after: (&str, Log), db: &Database<Conn>) -> Plan {
    let tables = |schema: &str| -> Vec<VersionedTable> { db.versioned_tables(schema, MODELS) };
    let installed = before.map(|(schema, log)| (tables(schema), log));
    let (wanted, log) = (tables(after.0), after.1);
    Plan::between_histories(
        installed
            .as_ref()
            .map(|(tables, log)| Histories { tables, log }),
        Histories {
            tables: &wanted,
            log: &log,
        },
        Conn::DIALECT,
        Baseline::Rows,
    )
    .unwrap()
}

fn all() -> Log {
    plan::log(SCHEMA)
}

#[test]
fn a_user_is_deleted_and_the_log_forgets_who_it_was() {
    let Some(db) = database() else { return };
    db.apply(TABLES);
    let log = Log {
        append_only: true,
        ..all()
    };
    let first = between(None, (SCHEMA, log), &db);
    db.apply(&first.up_sql());
    let conn = &mut db.connect();
    let info = || ChangeInfo::new().actor("alice").set(level, 1);
    change(conn, info().set(user_id, 7)).unwrap();
    change(conn, info().set(user_id, 8)).unwrap();
    // Nobody else may change what the log says.
    for statement in [
        "UPDATE continuum_transaction SET user_id = 8 WHERE user_id = 7",
        "UPDATE continuum_transaction SET user_id = NULL WHERE user_id = 7",
        "UPDATE continuum_transaction SET weight = 1",
    ] {
        let error = conn.batch_execute(statement).unwrap_err().to_string();
        assert!(error.contains("the history is only added to"), "{error}");
    }
    conn.batch_execute("DELETE FROM users WHERE id = 7")
        .unwrap();
    assert_eq!(
        users_and_levels(conn),
        [(None, Some(1)), (Some(8), Some(1))]
    );
    for statement in [
        "UPDATE continuum_transaction SET user_id = 8 WHERE user_id IS NULL",
        "DELETE FROM continuum_transaction WHERE user_id = 8",
    ] {
        conn.batch_execute(statement).unwrap_err();
    }
    if Conn::DIALECT == Dialect::Sqlite {
        // Where foreign keys are not enforced, the log may refer to nobody, and yet not to somebody else.
        conn.batch_execute("PRAGMA foreign_keys = OFF; DELETE FROM users WHERE id = 8")
            .unwrap();
        let other = "UPDATE continuum_transaction SET user_id = 7 WHERE user_id = 8";
        conn.batch_execute(other).unwrap_err();
    }
    db.apply(&first.down_sql());
}

#[test]
fn a_user_is_undone_and_the_log_forgets_who_it_was() {
    let Some(db) = database() else { return };
    db.apply(TABLES);
    db.install(
        SCHEMA,
        &format!("{MODELS} #[derive(Versioned)] struct User {{ id: i64 }}"),
    );
    let conn = &mut db.connect();
    conn.versioned_transaction(ChangeInfo::new().actor("admin"), |conn| {
        conn.batch_execute("INSERT INTO users VALUES (9, 'Eve')")
    })
    .unwrap();
    change(conn, ChangeInfo::new().set(user_id, 9)).unwrap();
    let registered: Transaction = continuum_transaction::table
        .filter(continuum_transaction::actor.eq("admin"))
        .select(Transaction::as_select())
        .first(conn)
        .unwrap();
    conn.versioned_transaction(ChangeInfo::new().set(user_id, 7), |conn| {
        registered.revert(conn)
    })
    .unwrap();
    assert_eq!(
        users_and_levels(conn),
        [(None, None), (None, None), (Some(7), None)]
    );
    // Who deletes himself has to have changed something before.
    let eve = |conn: &mut Conn, id: i64, before: &str| {
        conn.batch_execute(&format!("INSERT INTO users VALUES ({id}, 'Eve')"))
            .unwrap();
        conn.versioned_transaction(ChangeInfo::new().actor("eve").set(user_id, id), |conn| {
            conn.batch_execute(&format!("{before}; DELETE FROM users WHERE id = {id}"))
        })
    };
    assert_violated(eve(conn, 9, "DELETE FROM pages WHERE id = 77"));
    eve(conn, 10, CHANGE).unwrap();
    let last = said(conn).pop().unwrap();
    assert_eq!(last.user_id, None);
    assert_sound(conn);
}

#[test]
fn columns_are_added_to_a_log_that_is_there_and_taken_away_again() {
    let Some(db) = database() else { return };
    db.apply(TABLES);
    let none = || (SCHEMA, Log::default());
    db.apply(&between(None, none(), &db).up_sql());
    // Connections that were there before.
    let (conn, other) = (&mut db.connect(), &mut db.connect());
    change(conn, ChangeInfo::new().actor("alice")).unwrap();
    let adding = between(Some(none()), (SCHEMA, all()), &db);
    let before = everything(conn);
    db.apply(&adding.up_sql());
    let after = everything(conn);
    change(conn, ChangeInfo::new().set(user_id, 7)).unwrap();
    change(other, ChangeInfo::new().actor("bob").set(level, 2)).unwrap();
    assert_eq!(
        users_and_levels(conn),
        [(None, None), (Some(7), None), (None, Some(2))]
    );
    // On a connection that has said something in columns, and on another.
    for sql in [adding.down_sql(), adding.up_sql(), adding.down_sql()] {
        conn.transaction(|conn| conn.batch_execute(&sql)).unwrap();
    }
    assert_eq!(everything(conn), before);
    change(conn, ChangeInfo::new().actor("alice")).unwrap();
    db.apply(&adding.up_sql());
    assert_eq!(everything(conn), after);
    change(conn, ChangeInfo::new().set(user_id, 8)).unwrap();
    let new = &mut db.connect();
    assert_eq!(said(new).pop().unwrap().user_id, Some(8));
    assert_sound(conn);
}

#[test]
fn columns_that_are_dropped_are_gone_and_come_back_empty() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    change(conn, ChangeInfo::new().set(user_id, 7).set(level, 1)).unwrap();
    let some = Log {
        columns: all().columns.into_iter().skip(2).collect(),
        ..Log::default()
    };
    let before = everything(conn);
    let dropping = between(Some((SCHEMA, all())), (SCHEMA, some), &db);
    db.apply(&dropping.up_sql());
    let new = &mut db.connect();
    change(new, ChangeInfo::new().set(level, 2)).unwrap();
    let levels: Vec<Option<i16>> = continuum_transaction::table
        .order(continuum_transaction::id)
        .select(level)
        .load(new)
        .unwrap();
    assert_eq!(levels, [None, Some(1), Some(2)]);
    let error = change(new, ChangeInfo::new().set(user_id, 7)).unwrap_err();
    assert!(error.to_string().contains("gen-migrations"), "{error}");
    db.apply(&dropping.down_sql());
    let mut sorted = everything(new);
    let mut then = before;
    if Conn::DIALECT == Dialect::Sqlite {
        // They come back behind the others.
        let other = |line: &String| !line.contains("continuum_transaction");
        sorted.retain(other);
        then.retain(other);
    }
    assert_eq!(sorted, then);
    change(&mut db.connect(), ChangeInfo::new().set(user_id, 7)).unwrap();
    assert_eq!(
        users_and_levels(new),
        [(None, Some(1)), (None, Some(2)), (Some(7), None)]
    );
}

#[test]
fn a_column_that_is_not_migrated_is_an_error_that_says_so() {
    let Some(db) = database() else { return };
    db.apply(TABLES);
    db.apply(&between(None, (SCHEMA, Log::default()), &db).up_sql());
    let conn = &mut db.connect();
    let refused = |result: QueryResult<()>| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("user_id"), "{error}");
        assert!(error.contains("gen-migrations"), "{error}");
    };
    refused(change(conn, ChangeInfo::new().set(user_id, 7)));
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        conn.batch_execute(CHANGE)?;
        refused(conn.transaction(|conn| change(conn, ChangeInfo::new().set(user_id, 7))));
        conn.batch_execute(CHANGE)
    })
    .unwrap();
    assert_eq!(count(conn, "continuum_transaction"), 2);
    // Where nothing is installed, that is what is said.
    let Some(empty) = database() else { return };
    let error = change(&mut empty.connect(), ChangeInfo::new().set(user_id, 7)).unwrap_err();
    assert!(error.to_string().contains("not installed"), "{error}");
}

#[test]
fn a_change_without_a_value_is_refused_where_one_is_required() {
    let Some(db) = database() else { return };
    db.apply(TABLES);
    let require = |required: Vec<Required>| Log {
        require: required,
        ..all()
    };
    db.apply(&between(None, (SCHEMA, all()), &db).up_sql());
    let strict_log = require(vec![
        Required::Column("user_id".to_owned()),
        Required::Column("level, \"of\" it".to_owned()),
    ]);
    let requiring = between(Some((SCHEMA, all())), (SCHEMA, strict_log), &db);
    db.apply(&requiring.up_sql());
    let conn = &mut db.connect();
    let refused = |result: QueryResult<()>, what: &str| {
        let error = result.unwrap_err().to_string();
        let what = format!("pages is changed without a value for {what}");
        assert!(error.contains(&what), "{error}");
    };
    refused(conn.batch_execute(CHANGE), "user_id");
    refused(change(conn, ChangeInfo::new().actor("alice")), "user_id");
    refused(
        change(conn, ChangeInfo::new().set(user_id, 7)),
        "level, \"of\" it",
    );
    assert_eq!(said(conn), []);
    change(conn, ChangeInfo::new().set(user_id, 7).set(level, 0)).unwrap();
    refused(change(conn, ChangeInfo::new().set(level, 0)), "user_id");
    db.apply(&requiring.down_sql());
    change(conn, ChangeInfo::new()).unwrap();
    assert_eq!(users_and_levels(conn), [(Some(7), Some(0)), (None, None)]);
}

#[test]
fn a_transaction_that_takes_a_fresh_id_keeps_what_it_said() {
    // There is one writer at a time, so this does not happen there.
    if Conn::DIALECT == Dialect::Sqlite {
        return;
    }
    let Some(db) = database() else { return };
    let (conn, other) = (&mut set_up(&db), &mut db.connect());
    let info = ChangeInfo::new()
        .actor("alice")
        .set(user_id, 7)
        .set(note, "ü");
    conn.versioned_transaction(info, |conn| {
        conn.batch_execute(CHANGE)?;
        other.versioned_transaction(ChangeInfo::new().set(user_id, 8), |other| {
            other.batch_execute("UPDATE pages SET title = 'b' WHERE id = 2")
        })?;
        conn.batch_execute("UPDATE pages SET title = 'c' WHERE id = 2")
    })
    .unwrap();
    let all = said(conn);
    let users: Vec<_> = all.iter().map(|of| of.user_id).collect();
    assert_eq!(users, [Some(8), Some(7)]);
    assert_eq!(all[1].note.as_deref(), Some("ü"));
    assert_sound(conn);
}

#[test]
fn statements_of_other_programs_say_what_the_engine_takes() {
    let Some(db) = database() else { return };
    let conn = &mut set_up(&db);
    let tell = match Conn::DIALECT {
        // What tells it is continuum's own table.
        Dialect::Sqlite => return,
        Dialect::Postgres => {
            "SET LOCAL continuum.context = '{\"actor\": \"job\", \"user_id\": 7, \"note\": \"n\"}'"
        }
        _ => {
            "SET @continuum_context = TRUE, @continuum_actor = 'job', @continuum_column_user_id = 7,
             @continuum_column_note = 'n', @continuum_columns = 'user_id,note'"
        }
    };
    conn.transaction(|conn| {
        conn.batch_execute(tell)?;
        conn.batch_execute(CHANGE)
    })
    .unwrap();
    let expected = TransactionColumns {
        user_id: Some(7),
        note: Some("n".to_owned()),
        ..NOTHING
    };
    assert_eq!(said(conn), [expected]);
}

#[test]
fn a_column_named_twice_has_what_was_said_last() {
    let said = ChangeInfo::new()
        .set(user_id, 7)
        .set(level, 1)
        .set(user_id, 8);
    assert_eq!(said, ChangeInfo::new().set(level, 1).set(user_id, 8));
    assert_ne!(said, ChangeInfo::new().set(level, 1).set(user_id, 7));
    assert_eq!(
        format!("{said:?}").split("columns: ").nth(1),
        Some("[level, \"of\" it: 1, user_id: 8] }")
    );
}

//! Eight connections, few keys, faults: afterwards the history is what the committed transactions
//! did, in the order in which they held the locks of the rows.
//!
//! `CONTINUUM_HAMMER_TRANSACTIONS` says how many transactions each connection runs, and
//! `CONTINUUM_HAMMER_SEED` which; the output names both.

mod faults;
mod worker;

use super::plans::is_mariadb;
use super::{Conn, database};
use crate::support::database::{Database, Engine};
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, texts};
use crate::support::ledger::{Change, Ledger, Version};
use crate::support::sound::{assert_sound, empty_transactions};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, SmallInt, Text};
use faults::Faults;
use std::collections::BTreeMap;
use std::env;
use std::sync::atomic::AtomicU64;
use std::thread;
use worker::{Attempt, Plan, Worker};

const WORKERS: u64 = 8;

/// What the transactions do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Workload {
    /// Anything, in any order; connections are killed and statements cancelled.
    Anything,
    /// Without history nobody would ever wait in a circle: rows are changed in the order of their
    /// keys, and inserted beside each other.
    InOrder,
}

const TABLES: [&str; 2] = ["accounts", "links"];

fn set_up(db: &Database<Conn>, mode: &str) {
    if Conn::DIALECT == Dialect::Sqlite {
        // Stays with the file.
        let journal = format!("PRAGMA journal_mode = {mode}");
        db.connect().batch_execute(&journal).unwrap();
    }
    db.apply(
        "CREATE TABLE accounts (
            id INTEGER NOT NULL PRIMARY KEY,
            name VARCHAR(20) NOT NULL,
            amount INTEGER NOT NULL,
            writer VARCHAR(60) NOT NULL
        );
        CREATE TABLE links (
            account INTEGER NOT NULL,
            tag VARCHAR(20) NOT NULL,
            amount INTEGER NOT NULL,
            writer VARCHAR(60) NOT NULL,
            PRIMARY KEY (account, tag)
        );
        CREATE TABLE outcomes (tag VARCHAR(60) NOT NULL PRIMARY KEY);",
    );
}

fn keep_history(db: &Database<Conn>) {
    let (schema, models) = texts(&[
        (
            "accounts (id) { id -> Integer, name -> Text, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[0]),
        ),
        (
            "links (account, tag) { account -> Integer, tag -> Text, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[1]),
        ),
    ]);
    db.install(&schema, &models);
}

/// How many rows have another newest version than MySQL's triggers would find.
fn wrong_claims(conn: &mut Conn, version_table: &str, same_key: &str) -> i64 {
    number(
        conn,
        &format!(
            "SELECT (SELECT count(*) FROM continuum_newest_{version_table} AS q
                WHERE NOT (q.transaction_id, q.operation_type) <=> (
                    SELECT v.transaction_id, v.operation_type FROM {version_table} AS v
                    WHERE {same_key} ORDER BY v.transaction_id DESC LIMIT 1
                ))
                + (SELECT count(*) FROM {version_table} AS v WHERE NOT EXISTS (
                    SELECT 1 FROM continuum_newest_{version_table} AS q WHERE {same_key}
                )) AS count"
        ),
    )
}

/// What became of a run.
struct Outcome {
    ledger: Ledger,
    committed: u64,
    errors: BTreeMap<String, u64>,
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{name} = {text:?}: {error}"))
    })
}

/// The rows that are there when the transactions start.
fn first_rows(conn: &mut Conn, ledger: &mut Ledger) {
    conn.batch_execute(
        "INSERT INTO accounts VALUES (1, 'a', 0, ''), (2, 'a', 0, ''), (3, 'a', 0, '');
        INSERT INTO links VALUES (1, 'd', 0, ''), (2, 'd', 0, ''), (3, 'd', 0, '');",
    )
    .unwrap();
    let row = |table, key, row: &str| Change {
        order: 0,
        table,
        key,
        row: Some(row.to_owned()),
    };
    for id in worker::IDS {
        ledger.committed(None, vec![row("accounts", id.to_string(), "a|0")]);
        ledger.committed(None, vec![row("links", format!("{id}|d"), "0")]);
    }
}

fn run(db: &Database<Conn>, mode: &str, workload: Workload, has_history: bool) -> Outcome {
    let transactions = setting("CONTINUUM_HAMMER_TRANSACTIONS", 200);
    let seed = setting("CONTINUUM_HAMMER_SEED", 1);
    println!(
        "{mode}, {workload:?}: CONTINUUM_HAMMER_TRANSACTIONS={transactions} CONTINUUM_HAMMER_SEED={seed}"
    );
    let mut ledger = Ledger::default();
    first_rows(&mut db.connect(), &mut ledger);
    let plan = Plan {
        mode,
        workload,
        has_history,
        seed,
    };
    let order = AtomicU64::new(1);
    let faults = match workload {
        Workload::Anything => Faults::on(db),
        Workload::InOrder => Faults::none(db),
    };
    let attempts: Vec<Attempt> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|number| {
                let (faults, order) = (&faults, &order);
                scope.spawn(move || Worker::new(number, plan, faults, order).run(transactions))
            })
            .collect();
        let strike = scope.spawn(|| faults.strike(seed));
        let attempts = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect();
        faults.end();
        strike.join().unwrap();
        attempts
    });
    outcome(&mut db.connect(), attempts, ledger)
}

/// Whether a transaction has committed is what `outcomes` says: who is told of an error does not
/// know.
fn outcome(conn: &mut Conn, attempts: Vec<Attempt>, ledger: Ledger) -> Outcome {
    #[derive(QueryableByName)]
    struct Tag {
        #[diesel(sql_type = Text)]
        tag: String,
    }
    let tags: std::collections::BTreeSet<String> = sql_query("SELECT tag FROM outcomes")
        .load::<Tag>(conn)
        .unwrap()
        .into_iter()
        .map(|row| row.tag)
        .collect();
    let mut outcome = Outcome {
        ledger,
        committed: 0,
        errors: BTreeMap::new(),
    };
    for attempt in attempts {
        if let Some(error) = &attempt.error {
            *outcome.errors.entry(error.clone()).or_default() += 1;
        }
        let committed = tags.contains(&attempt.tag);
        assert!(
            committed || attempt.error.is_some(),
            "{} is lost",
            attempt.tag
        );
        if committed {
            outcome.committed += 1;
            let actor = attempt.is_versioned.then_some(attempt.tag.as_str());
            outcome.ledger.committed(actor, attempt.changes);
        }
    }
    println!(
        "  {} committed, errors: {:#?}",
        outcome.committed, outcome.errors
    );
    outcome
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    row_key: String,
    #[diesel(sql_type = SmallInt)]
    operation_type: i16,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Nullable<Text>)]
    actor: Option<String>,
}

fn stored(conn: &mut Conn, table: &str) -> Vec<Version> {
    let (key, content) = worker::texts_of(table);
    sql_query(format!(
        "SELECT {key} AS row_key, operation_type, {content} AS content, actor
        FROM {table}_version v JOIN continuum_transaction t ON t.id = v.transaction_id
        ORDER BY transaction_id"
    ))
    .load::<Stored>(conn)
    .unwrap()
    .into_iter()
    .map(|row| Version {
        key: row.row_key,
        operation: row.operation_type,
        row: row.content,
        actor: row.actor,
    })
    .collect()
}

fn hammer(mode: &str, workload: Workload) {
    let Some(unversioned) = database() else {
        return;
    };
    set_up(&unversioned, mode);
    let without = run(&unversioned, mode, workload, false);
    drop(unversioned);

    let Some(db) = database() else { return };
    set_up(&db, mode);
    keep_history(&db);
    let mut with = run(&db, mode, workload, true);

    let conn = &mut db.connect();
    assert_sound(conn);
    for table in TABLES {
        let mut stored = stored(conn, table);
        // Stable, so the versions of one row stay in their order.
        stored.sort_by(|left, right| left.key.cmp(&right.key));
        let expected = with.ledger.versions(table);
        println!("  {} versions of {table}", stored.len());
        for (stored, expected) in stored.iter().zip(&expected) {
            assert_eq!(stored, expected, "{table}");
        }
        assert_eq!(stored.len(), expected.len(), "{table}");
    }
    assert_eq!(
        empty_transactions(conn, &["accounts_version", "links_version"]),
        0
    );
    if Conn::DIALECT == Dialect::MySql {
        assert_eq!(wrong_claims(conn, "accounts_version", "v.id = q.id"), 0);
        let same_link = "v.account = q.account AND v.tag = q.tag";
        assert_eq!(wrong_claims(conn, "links_version", same_link), 0);
    }
    let added: Vec<_> = with
        .errors
        .keys()
        .filter(|error| !without.errors.contains_key(*error) && !is_expected(error, mode, workload))
        // From REPEATABLE READ on, MySQL keeps a gap locked where a savepoint was rolled back: docs/mysql.md.
        .filter(|error| {
            let victim = error.starts_with("SAVEPOINT") && mode != "READ COMMITTED";
            !(victim && Conn::DIALECT == Dialect::MySql && !is_mariadb(conn))
        })
        .collect();
    assert!(added.is_empty(), "errors that versioning adds: {added:?}");
}

/// Errors that come of what the transactions do, even if the run without history met none.
fn is_expected(error: &str, mode: &str, workload: Workload) -> bool {
    match error {
        "rolled back" => true,
        "unique" | "deadlock" | "cancelled" | "disconnected" => workload == Workload::Anything,
        "serialization" => mode != "READ COMMITTED",
        _ => false,
    }
}

/// Isolation levels; on SQLite, journal modes.
fn in_mode(mode: &str) -> bool {
    match Conn::DIALECT {
        Dialect::Sqlite => ["WAL", "DELETE"].contains(&mode),
        _ => ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"].contains(&mode),
    }
}

fn hammer_in(mode: &str, workload: Workload) {
    if in_mode(mode) {
        hammer(mode, workload);
    }
}

#[test]
fn anything_at_read_committed() {
    hammer_in("READ COMMITTED", Workload::Anything);
}

#[test]
fn anything_at_repeatable_read() {
    hammer_in("REPEATABLE READ", Workload::Anything);
}

#[test]
fn anything_at_serializable() {
    hammer_in("SERIALIZABLE", Workload::Anything);
}

#[test]
fn anything_with_a_write_ahead_log() {
    hammer_in("WAL", Workload::Anything);
}

#[test]
fn anything_with_a_rollback_journal() {
    hammer_in("DELETE", Workload::Anything);
}

#[test]
fn in_order_at_read_committed() {
    hammer_in("READ COMMITTED", Workload::InOrder);
}

#[test]
fn in_order_at_repeatable_read() {
    hammer_in("REPEATABLE READ", Workload::InOrder);
}

#[test]
fn in_order_at_serializable() {
    hammer_in("SERIALIZABLE", Workload::InOrder);
}

#[test]
fn in_order_with_a_write_ahead_log() {
    hammer_in("WAL", Workload::InOrder);
}

#[test]
fn in_order_with_a_rollback_journal() {
    hammer_in("DELETE", Workload::InOrder);
}

//! The tables: accounts, links that go along with their accounts, notes that outlive them, and
//! labels of nobody's, whose key is of text.

use super::Conn;
use crate::support::database::{Database, Engine};
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, texts};
use crate::support::ledger::{Change, Ledger, Recorded, Reference, What};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;

pub const TABLES: [&str; 4] = ["accounts", "links", "notes", "labels"];

const FOREIGN_KEYS: [(&str, Reference, &str); 2] = [
    ("links", Reference::InKey, "accounts"),
    ("notes", Reference::InRow, "accounts"),
];

/// The rows of each table that are there from the start.
pub const IDS: std::ops::RangeInclusive<u64> = 1..=3;

pub fn set_up(db: &Database<Conn>, mode: &str) {
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
            tag INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            writer VARCHAR(60) NOT NULL,
            PRIMARY KEY (account, tag),
            FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE ON UPDATE CASCADE
        );
        CREATE TABLE notes (
            id INTEGER NOT NULL PRIMARY KEY,
            account INTEGER,
            amount INTEGER NOT NULL,
            writer VARCHAR(60) NOT NULL,
            FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE SET NULL ON UPDATE CASCADE
        );
        CREATE TABLE labels (
            shelf INTEGER NOT NULL,
            name VARCHAR(20) NOT NULL,
            amount INTEGER NOT NULL,
            writer VARCHAR(60) NOT NULL,
            PRIMARY KEY (shelf, name)
        );
        CREATE TABLE outcomes (tag VARCHAR(60) NOT NULL PRIMARY KEY);",
    );
}

pub fn keep_history(db: &Database<Conn>) {
    let (schema, models) = texts(&[
        (
            "accounts (id) { id -> Integer, name -> Text, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[0]),
        ),
        (
            "links (account, tag) { account -> Integer, tag -> Integer, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[1]),
        ),
        (
            "notes (id) { id -> Integer, account -> Nullable<Integer>, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[0]),
        ),
        (
            "labels (shelf, name) { shelf -> Integer, name -> Text, amount -> Integer, writer -> Text }",
            &format!("exclude(writer), {}", STRATEGIES[1]),
        ),
    ]);
    db.install(&schema, &models);
}

/// The rows that are there when the transactions start.
///
/// No note belongs to an account: InnoDB would make transactions wait in a circle that take away
/// accounts, in whatever order, because their notes all come to stand in the gap beside NULL.
pub fn first_rows(conn: &mut Conn) -> Ledger {
    conn.batch_execute(
        "INSERT INTO accounts VALUES (1, 'a', 0, ''), (2, 'a', 0, ''), (3, 'a', 0, '');
        INSERT INTO links VALUES (1, 4, 0, ''), (2, 4, 0, ''), (3, 4, 0, '');
        INSERT INTO notes VALUES (1, NULL, 0, ''), (2, NULL, 0, ''), (3, NULL, 0, '');
        INSERT INTO labels VALUES (1, 'd', 0, ''), (2, 'd', 0, ''), (3, 'd', 0, '');",
    )
    .unwrap();
    let row = |table, key: String, row: &str| Change {
        order: 0,
        table,
        key,
        what: What::Is(row.to_owned()),
    };
    let mut ledger = Ledger::new(&FOREIGN_KEYS);
    let rows = IDS.flat_map(|id| {
        [
            row("accounts", id.to_string(), "a|0"),
            row("links", format!("{id}|4"), "0"),
            row("notes", id.to_string(), "|0"),
            row("labels", format!("{id}|d"), "0"),
        ]
    });
    ledger.committed(&Recorded::Together(None), rows.collect());
    ledger
}

/// The key and the content of a row of the table, as texts.
pub fn texts_of(table: &str) -> (&'static str, &'static str) {
    match table {
        "accounts" => ("concat(v.id, '')", "concat(v.name, '|', v.amount)"),
        "links" => ("concat(v.account, '|', v.tag)", "concat(v.amount, '')"),
        "labels" => ("concat(v.shelf, '|', v.name)", "concat(v.amount, '')"),
        _ => (
            "concat(v.id, '')",
            "concat(coalesce(concat(v.account, ''), ''), '|', v.amount)",
        ),
    }
}

/// How many rows have another newest version than MySQL's triggers would find.
pub fn wrong_claims(conn: &mut Conn, table: &str) -> i64 {
    let same_key = match table {
        "links" => "v.account = q.account AND v.tag = q.tag",
        "labels" => "v.shelf = q.shelf AND v.name = q.name",
        _ => "v.id = q.id",
    };
    number(
        conn,
        &format!(
            "SELECT (SELECT count(*) FROM continuum_newest_{table}_version AS q
                WHERE NOT (q.transaction_id, q.operation_type) <=> (
                    SELECT v.transaction_id, v.operation_type FROM {table}_version AS v
                    WHERE {same_key} ORDER BY v.transaction_id DESC LIMIT 1
                ))
                + (SELECT count(*) FROM {table}_version AS v WHERE NOT EXISTS (
                    SELECT 1 FROM continuum_newest_{table}_version AS q WHERE {same_key}
                )) AS count"
        ),
    )
}

/// Triggers that do nothing, on MySQL, about as long as those of a history, and which name as many other
/// tables with triggers. With `CONTINUUM_HAMMER_TRIGGERS` the run without a history has them: what goes wrong
/// there as well comes of any triggers.
pub fn add_idle_triggers(db: &Database<Conn>) {
    let is_wanted = std::env::var_os("CONTINUUM_HAMMER_TRIGGERS").is_some();
    if !is_wanted || Conn::DIALECT != Dialect::MySql {
        return;
    }
    let idle = "SET @continuum_idle = NULL;\n".repeat(100);
    let others: Vec<_> = (1..=12).map(|n| format!("idle_{n}")).collect();
    let inserts: String = others
        .iter()
        .map(|other| {
            format!(
                "INSERT INTO {other} VALUES (1); UPDATE {other} SET id = 2; DELETE FROM {other};\n"
            )
        })
        .collect();
    let trigger = |table: &str, event: &str, body: &str| {
        db.apply(&format!(
            "CREATE TRIGGER {table}_{event} AFTER {event} ON {table} FOR EACH ROW
            BEGIN IF FALSE THEN {idle}{body} END IF; END"
        ));
    };
    for other in &others {
        db.apply(&format!(
            "CREATE TABLE {other} (id INTEGER NOT NULL PRIMARY KEY)"
        ));
        for event in ["INSERT", "UPDATE", "DELETE"] {
            trigger(other, event, "");
        }
    }
    for table in TABLES {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            trigger(table, event, &inserts);
        }
    }
}

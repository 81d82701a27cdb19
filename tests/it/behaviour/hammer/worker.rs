//! One connection and the random transactions that it runs.

use super::faults::Faults;
use super::{Conn, Workload};
use crate::support::database::Engine;
use crate::support::ledger::Change;
use crate::support::random::Random;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::{self, DatabaseError, RollbackTransaction};
use diesel::sql_query;
use diesel::sql_types::Text;
use std::sync::atomic::{AtomicU64, Ordering};

/// A transaction that was tried.
pub struct Attempt {
    pub tag: String,
    /// Whether it said who it is.
    pub is_versioned: bool,
    pub changes: Vec<Change>,
    /// The kind of the error with which it ended.
    pub error: Option<String>,
}

/// What a run is about.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    pub mode: &'a str,
    pub workload: Workload,
    pub has_history: bool,
    pub seed: u64,
}

pub struct Worker<'a> {
    number: u64,
    plan: Plan<'a>,
    random: Random,
    faults: &'a Faults,
    order: &'a AtomicU64,
    statements: u64,
}

/// The rows that are there from the start.
pub const IDS: std::ops::RangeInclusive<u64> = 1..=3;

/// The key and the content of a row of the table, as texts.
pub fn texts_of(table: &str) -> (&'static str, &'static str) {
    match table {
        "accounts" => ("concat(v.id, '')", "concat(v.name, '|', v.amount)"),
        _ => ("concat(v.account, '|', v.tag)", "concat(v.amount, '')"),
    }
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = Text)]
    row_key: String,
    #[diesel(sql_type = Text)]
    content: String,
}

impl<'a> Worker<'a> {
    pub fn new(number: u64, plan: Plan<'a>, faults: &'a Faults, order: &'a AtomicU64) -> Self {
        Self {
            number,
            plan,
            random: Random::new(plan.seed * 1000 + number),
            faults,
            order,
            statements: 0,
        }
    }

    pub fn run(mut self, transactions: u64) -> Vec<Attempt> {
        let mut conn = self.faults.connect(self.plan.mode);
        (0..transactions)
            .map(|time| {
                let attempt = self.attempt(&mut conn, time);
                let drops = self.plan.workload == Workload::Anything && self.random.below(100) == 0;
                if drops || attempt.error.is_some() && !is_alive(&mut conn) {
                    conn = self.faults.connect(self.plan.mode);
                }
                attempt
            })
            .collect()
    }

    fn attempt(&mut self, conn: &mut Conn, time: u64) -> Attempt {
        let tag = format!("{}-{time}", self.number);
        // Where the engine cannot tell which changes are of one transaction, all say who they are.
        let names_itself = Conn::DIALECT != Dialect::Postgres || self.random.below(5) > 0;
        let is_versioned = self.plan.has_history && names_itself;
        let mut changes = Vec::new();
        let statements = |conn: &mut Conn| {
            // The first thing written: SQLite has one writer at a time.
            conn.batch_execute(&format!("INSERT INTO outcomes VALUES ('{tag}')"))?;
            self.statements(conn, &tag, &mut changes)
        };
        let result: QueryResult<()> = if is_versioned {
            conn.versioned_transaction(ChangeInfo::new().actor(&tag), statements)
        } else {
            conn.transaction(statements)
        };
        Attempt {
            tag,
            is_versioned,
            changes,
            error: result.err().map(|error| kind(&error)),
        }
    }

    fn statements(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        match self.plan.workload {
            Workload::Anything => {
                for _ in 0..=self.random.below(4) {
                    if self.random.below(5) == 0 {
                        self.savepoint(conn, changes, |worker, conn, changes| {
                            worker.anything(conn, tag, changes)
                        })?;
                    } else {
                        self.anything(conn, tag, changes)?;
                    }
                }
                match self.random.below(12) {
                    0 => Err(RollbackTransaction),
                    _ => Ok(()),
                }
            }
            Workload::InOrder => {
                for id in IDS {
                    if self.random.below(3) == 0 {
                        continue;
                    }
                    self.savepoint(conn, changes, |worker, conn, changes| {
                        worker.in_order(conn, tag, id, changes)
                    })?;
                }
                Ok(())
            }
        }
    }

    /// One in three is rolled back.
    fn savepoint(
        &mut self,
        conn: &mut Conn,
        changes: &mut Vec<Change>,
        statements: impl FnOnce(&mut Self, &mut Conn, &mut Vec<Change>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let before = changes.len();
        let mut wanted = false;
        let result = conn.transaction(|conn| {
            statements(self, conn, changes)?;
            wanted = self.random.below(3) == 0;
            if wanted {
                Err(RollbackTransaction)
            } else {
                Ok(())
            }
        });
        if wanted {
            changes.truncate(before);
            return Ok(());
        }
        result
    }

    /// Any statement on a few keys.
    fn anything(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let id = 1 + self.random.below(5);
        let other = 1 + self.random.below(5);
        let name = self.random.one_of(&["a", "b", "c"]);
        let set = |assignment: &str| format!("SET {assignment}, writer = '{stamp}'");
        let update =
            |assignment: &str| format!("UPDATE accounts {} WHERE id = {id}", set(assignment));
        match self.random.below(15) {
            0 => {
                let row = format!("({id}, '{name}', 0, '{stamp}')");
                self.write(
                    conn,
                    "accounts",
                    &stamp,
                    &format!("INSERT INTO accounts VALUES {row}"),
                    changes,
                )
            }
            1..=3 => {
                let row = format!("({id}, '{name}', 0, '{stamp}')");
                let upsert = on_conflict("id", &["name", "writer"]);
                let insert = format!("INSERT INTO accounts VALUES {row} {upsert}");
                self.write(conn, "accounts", &stamp, &insert, changes)
            }
            4 | 5 => {
                let update = update(&format!("name = '{name}'"));
                self.write(conn, "accounts", &stamp, &update, changes)
            }
            6 => self.write(
                conn,
                "accounts",
                &stamp,
                &update("amount = amount + 1"),
                changes,
            ),
            7 => {
                let update = format!(
                    "UPDATE accounts {} WHERE id >= {id}",
                    set("amount = amount + 1")
                );
                self.write(conn, "accounts", &stamp, &update, changes)
            }
            8 => conn.batch_execute("UPDATE accounts SET name = name"),
            9 if id != other => {
                let moved = sql_query(update(&format!("id = {other}"))).execute(conn)?;
                if moved > 0 {
                    changes.push(self.gone("accounts", id.to_string()));
                }
                self.written(conn, "accounts", &stamp, changes)
            }
            9 | 10 => {
                let gone =
                    sql_query(format!("DELETE FROM accounts WHERE id = {id}")).execute(conn)?;
                if gone > 0 {
                    changes.push(self.gone("accounts", id.to_string()));
                }
                Ok(())
            }
            11 => self.delete_locked(conn, id, changes),
            12 => {
                let update = format!(
                    "UPDATE links {} WHERE account <= {id}",
                    set("amount = amount + 1")
                );
                self.write(conn, "links", &stamp, &update, changes)
            }
            _ => {
                let row = format!("({id}, '{name}', 1, '{stamp}'), ({other}, 'd', 1, '{stamp}')");
                let upsert = on_conflict("account, tag", &["amount", "writer"]);
                let insert = format!("INSERT INTO links VALUES {row} {upsert}");
                if id == other && name == "d" {
                    return Ok(());
                }
                self.write(conn, "links", &stamp, &insert, changes)
            }
        }
    }

    /// Changes the row `id` of each table, or inserts one that nobody else inserts.
    fn in_order(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        id: u64,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let name = self.random.one_of(&["a", "b", "c"]);
        if self.random.below(4) == 0 {
            // Beside those of the other workers.
            let id = 100 + self.statements * super::WORKERS + self.number;
            let insert = format!("INSERT INTO accounts VALUES ({id}, '{name}', 0, '{stamp}')");
            return self.write(conn, "accounts", &stamp, &insert, changes);
        }
        if self.random.below(3) == 0 {
            let update = format!(
                "UPDATE links SET amount = amount + 1, writer = '{stamp}' WHERE account = {id} AND tag = 'd'"
            );
            return self.write(conn, "links", &stamp, &update, changes);
        }
        let update = format!(
            "UPDATE accounts SET name = '{name}', amount = amount + 1, writer = '{stamp}' WHERE id = {id}"
        );
        self.write(conn, "accounts", &stamp, &update, changes)
    }

    fn delete_locked(
        &mut self,
        conn: &mut Conn,
        id: u64,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let lock = match Conn::DIALECT {
            Dialect::Sqlite => "",
            _ => "FOR UPDATE",
        };
        let (key, content) = texts_of("accounts");
        let rows: Vec<Written> = sql_query(format!(
            "SELECT {key} AS row_key, {content} AS content FROM accounts v WHERE id <= {id} {lock}"
        ))
        .load(conn)?;
        if rows.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = rows.iter().map(|row| row.row_key.as_str()).collect();
        let gone = sql_query(format!(
            "DELETE FROM accounts WHERE id IN ({})",
            keys.join(", ")
        ))
        .execute(conn)?;
        assert_eq!(gone, rows.len(), "rows that were locked");
        changes.extend(
            rows.into_iter()
                .map(|row| self.gone("accounts", row.row_key)),
        );
        Ok(())
    }

    fn write(
        &self,
        conn: &mut Conn,
        table: &'static str,
        stamp: &str,
        statement: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        conn.batch_execute(statement)?;
        self.written(conn, table, stamp, changes)
    }

    /// What the statement of this stamp has left in the table.
    fn written(
        &self,
        conn: &mut Conn,
        table: &'static str,
        stamp: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let order = self.order.fetch_add(1, Ordering::SeqCst);
        let (key, content) = texts_of(table);
        let rows: Vec<Written> = sql_query(format!(
            "SELECT {key} AS row_key, {content} AS content FROM {table} v WHERE writer = '{stamp}'"
        ))
        .load(conn)?;
        changes.extend(rows.into_iter().map(|row| Change {
            order,
            table,
            key: row.row_key,
            row: Some(row.content),
        }));
        Ok(())
    }

    fn gone(&self, table: &'static str, key: String) -> Change {
        Change {
            order: self.order.fetch_add(1, Ordering::SeqCst),
            table,
            key,
            row: None,
        }
    }

    fn stamp(&mut self, tag: &str) -> String {
        self.statements += 1;
        format!("{tag}-{}", self.statements)
    }
}

/// Takes these columns from the row that was to be inserted.
fn on_conflict(key: &str, columns: &[&str]) -> String {
    let set = |excluded: &dyn Fn(&str) -> String| {
        let set: Vec<_> = columns
            .iter()
            .map(|column| format!("{column} = {}", excluded(column)))
            .collect();
        set.join(", ")
    };
    match Conn::DIALECT {
        Dialect::Sqlite | Dialect::Postgres => format!(
            "ON CONFLICT ({key}) DO UPDATE SET {}",
            set(&|column| format!("excluded.{column}"))
        ),
        _ => format!(
            "ON DUPLICATE KEY UPDATE {}",
            set(&|column| format!("VALUES({column})"))
        ),
    }
}

fn is_alive(conn: &mut Conn) -> bool {
    type Manager = <Conn as Connection>::TransactionManager;
    !<Manager as TransactionManager<Conn>>::is_broken_transaction_manager(conn)
        && conn.batch_execute("SELECT 1").is_ok()
}

/// The kind of an error: its text where it is none of those that the workload makes.
fn kind(error: &Error) -> String {
    let about = match error {
        RollbackTransaction => return "rolled back".to_owned(),
        DatabaseError(DatabaseErrorKind::UniqueViolation, _) => return "unique".to_owned(),
        DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
            return "serialization".to_owned();
        }
        DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => {
            return "disconnected".to_owned();
        }
        Error::RollbackErrorOnCommit { rollback_error, .. } => return kind(rollback_error),
        DatabaseError(_, about) => about.message().to_owned(),
        other => other.to_string(),
    };
    let known = [
        ("deadlock", "deadlock"),
        ("Deadlock", "deadlock"),
        ("canceling statement", "cancelled"),
        ("interrupted", "cancelled"),
        ("terminating connection", "disconnected"),
        ("connection", "disconnected"),
        ("gone away", "disconnected"),
        ("Connection", "disconnected"),
        ("to server", "disconnected"),
        ("from server", "disconnected"),
    ];
    known
        .iter()
        .find(|(part, _)| about.contains(part))
        .map_or(about, |(_, kind)| (*kind).to_owned())
}

//! What holds on every engine. `Conn` is the connection of the engine at hand, and `database` makes
//! a new database on it, or says that the engine is not to be tested:
//!
//! ```ignore
//! use super::{Conn, database};
//!
//! #[test]
//! fn an_insert_makes_one_version() {
//!     let Some(db) = database() else { return };
//!     let conn: &mut Conn = &mut articles::set_up(&db);
//!     …
//! }
//! ```

use super::{Conn, database};
use crate::support::database::Engine;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

mod activity;
mod as_of;
mod baseline;
mod bystander;
mod capture;
mod changesets;
mod column_renamed;
mod combination;
mod concurrency;
mod cost;
mod diff;
mod evolution;
mod exclusion;
mod foreign_keys;
mod guards;
mod hammer;
mod harness;
mod latest;
mod many;
mod migrations;
mod million;
mod navigation;
mod nesting;
mod no_change;
mod not_installed;
mod pages;
mod plans;
mod pool;
mod raw_sql;
mod related;
mod relations;
mod renamed;
mod revert;
mod revert_to;
mod revert_transaction;
mod savepoints;
mod schema;
mod statements;
mod time_travel;
mod track_changes;
mod transaction_columns;
mod transaction_record;
mod validity;
mod verify;
mod without_versioning;

/// Runs these statements, one by one, in one transaction.
pub(crate) fn transaction<S: AsRef<str>>(conn: &mut Conn, statements: &[S]) {
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        statements
            .iter()
            .try_for_each(|statement| conn.batch_execute(statement.as_ref()))
    })
    .unwrap();
}

/// What takes these columns from the row that was to be inserted, where the key is taken.
pub(crate) fn on_conflict(key: &str, columns: &[&str]) -> String {
    let set = |excluded: &dyn Fn(&str) -> String| {
        let set: Vec<_> = columns
            .iter()
            .map(|column| format!("{column} = {}", excluded(column)))
            .collect();
        set.join(", ")
    };
    match Conn::DIALECT {
        Dialect::MySql => format!(
            "ON DUPLICATE KEY UPDATE {}",
            set(&|column| format!("VALUES({column})"))
        ),
        _ => format!(
            "ON CONFLICT ({key}) DO UPDATE SET {}",
            set(&|column| format!("excluded.{column}"))
        ),
    }
}

/// The log, without the transaction that began the history.
pub(crate) fn log(conn: &mut Conn) -> Vec<Transaction> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;

    continuum_transaction::table
        .filter(sql::<Bool>(
            "id NOT IN (SELECT baseline_transaction_id FROM continuum_table)",
        ))
        .order(continuum_transaction::id)
        .select(Transaction::as_select())
        .load(conn)
        .unwrap()
}

/// Waits for nobody: what has to wait for a lock fails.
pub(crate) fn impatient(mut conn: Conn) -> Conn {
    let setting = match Conn::DIALECT {
        Dialect::Postgres => "SET lock_timeout = '1ms'",
        Dialect::MySql => "SET SESSION innodb_lock_wait_timeout = 1",
        _ => "PRAGMA busy_timeout = 0",
    };
    conn.batch_execute(setting).unwrap();
    conn
}

/// The server, where the engine is MySQL's.
pub(crate) fn is_mariadb(conn: &mut Conn) -> bool {
    let version = diesel::dsl::sql::<diesel::sql_types::Text>("VERSION()");
    let version: String = diesel::select(version).get_result(conn).unwrap();
    version.contains("MariaDB")
}

//! What transactions fail with.

use super::{Conn, Workload};
use crate::support::database::Engine;
use continuum_schema::Dialect;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::{self, DatabaseError, RollbackTransaction};

/// The kind of an error: its text where it is none of those that the workload makes.
pub fn kind(error: &Error) -> String {
    let about = match error {
        RollbackTransaction => return "rolled back".to_owned(),
        DatabaseError(DatabaseErrorKind::UniqueViolation, _) => return "unique".to_owned(),
        DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            return "foreign key".to_owned();
        }
        DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
            return match Conn::DIALECT {
                Dialect::MySql => "deadlock",
                _ => "serialization",
            }
            .to_owned();
        }
        DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => {
            return "disconnected".to_owned();
        }
        Error::RollbackErrorOnCommit { rollback_error, .. } => return kind(rollback_error),
        DatabaseError(_, about) => about.message().to_owned(),
        other => other.to_string(),
    };
    let known = [
        ("Duplicate entry", "unique"),
        ("duplicate entry", "unique"),
        ("foreign key constraint fails", "foreign key"),
        // Gone with the transaction that was the victim of a deadlock.
        ("SAVEPOINT", "deadlock"),
        // A statement was killed while MariaDB opened a table: docs/mysql.md.
        ("has an error in its body", "opening"),
        ("doesn't exist", "opening"),
        ("deadlock", "deadlock"),
        ("Deadlock", "deadlock"),
        ("canceling statement", "cancelled"),
        // Of a statement that is killed at the end of a cursor, on MariaDB: docs/mysql.md.
        ("No data", "cancelled"),
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

/// Errors that come of what the transactions do, even if the run without history met none.
pub fn is_expected(error: &str, mode: &str, workload: Workload) -> bool {
    match error {
        "rolled back" => true,
        "unique" | "foreign key" | "deadlock" | "cancelled" | "disconnected" | "opening" => {
            workload == Workload::Anything
        }
        "serialization" => mode != "READ COMMITTED",
        _ => false,
    }
}

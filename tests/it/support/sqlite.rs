//! SQLite: a file in a temporary directory, which several connections can open.

use super::database::{Database, Engine};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

/// The connection.
pub type Conn = SqliteConnection;

/// A new database, if SQLite is to be tested.
pub fn database() -> Option<Database<Conn>> {
    Database::fresh()
}

impl Engine for Conn {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Storage = TempDir;

    fn create() -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        // Of the file, not of the connection: with it readers and a writer do not block each other.
        Self::connect(&directory)
            .batch_execute("PRAGMA journal_mode = WAL")
            .unwrap();
        directory
    }

    fn url(directory: &TempDir) -> String {
        let path = directory.path().join("test.db");
        path.into_os_string().into_string().unwrap()
    }

    fn connect(directory: &TempDir) -> Self {
        let mut conn = Self::establish(&Self::url(directory)).unwrap();
        conn.batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF",
        )
        .unwrap();
        conn
    }
}

//! MySQL or MariaDB: a database on the server that `tests/run` started, or was told of.

use super::database::{Database, Engine};
use continuum_schema::{Dialect, ForeignKey, TableName};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, process};

/// The connection.
pub type Conn = MysqlConnection;

/// A new database, if MySQL is to be tested.
pub fn database() -> Option<Database<Conn>> {
    Database::fresh()
}

/// A database on the server, dropped with this.
pub struct OnServer {
    server: String,
    name: String,
}

impl Engine for Conn {
    const DIALECT: Dialect = Dialect::MySql;
    type Storage = OnServer;

    fn create() -> OnServer {
        let server = env::var("CONTINUUM_TEST_MYSQL_URL").expect(
            "CONTINUUM_TEST_MYSQL_URL names no MySQL or MariaDB server to test on; \
             run tests/run, which starts one",
        );
        let name = unused_name();
        Self::establish(&server)
            .unwrap()
            .batch_execute(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"))
            .unwrap();
        OnServer { server, name }
    }

    fn url(database: &OnServer) -> String {
        with_database(&database.server, &database.name)
    }

    /// With identifiers in double quotes, as the statements of the tests have them on every engine,
    /// and with as many rows from WITH RECURSIVE as they ask for.
    fn connect(database: &OnServer) -> Self {
        let mut conn = Self::establish(&Self::url(database)).unwrap();
        conn.batch_execute(
            "SET /*M! SESSION max_recursive_iterations = 10000, */ \
             /*!80000 SESSION cte_max_recursion_depth = 10000, */ \
             SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',ANSI_QUOTES,PIPES_AS_CONCAT')",
        )
        .unwrap();
        conn
    }

    fn foreign_keys(database: &OnServer) -> Vec<ForeignKey> {
        let rows: Vec<KeyColumn> = sql_query(
            "SELECT TABLE_NAME AS child, CONSTRAINT_NAME AS name, COLUMN_NAME AS from_column,
                REFERENCED_TABLE_NAME AS parent, REFERENCED_COLUMN_NAME AS to_column
            FROM information_schema.KEY_COLUMN_USAGE
            WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL
            ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        )
        .load(&mut Self::connect(database))
        .unwrap();
        rows.chunk_by(|a, b| (&a.child, &a.name) == (&b.child, &b.name))
            .map(|key| {
                let table = |name: &str| TableName {
                    schema: None,
                    name: name.to_owned(),
                };
                ForeignKey {
                    table: table(&key[0].child),
                    columns: key.iter().map(|row| row.from_column.clone()).collect(),
                    parent: table(&key[0].parent),
                    parent_columns: key.iter().map(|row| row.to_column.clone()).collect(),
                }
            })
            .collect()
    }
}

#[derive(QueryableByName)]
struct KeyColumn {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    from_column: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    to_column: String,
}

impl OnServer {
    fn drop_database(&self) -> Result<(), Box<dyn Error>> {
        let name = &self.name;
        let mut conn = Conn::establish(&self.server)?;
        // A connection that is still open may hold a lock on a table; another test is not to wait.
        conn.batch_execute("SET SESSION lock_wait_timeout = 5")?;
        conn.batch_execute(&format!("DROP DATABASE {name}"))?;
        Ok(())
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        // A test may be panicking already, and a second panic would hide why.
        if let Err(error) = self.drop_database() {
            eprintln!("database {} stays on the server: {error}", self.name);
        }
    }
}

/// A name that no other test has, in this run or another one on the same server.
fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!(
        "continuum_{}_{}_{}",
        process::id(),
        time.as_micros(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// The URL of another database on the server of `url`.
fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url
        .split_once("://")
        .expect("CONTINUUM_TEST_MYSQL_URL has to be a URL: mysql://user@host/mysql");
    let (location, parameters) = match rest.split_once('?') {
        Some((location, parameters)) => (location, format!("?{parameters}")),
        None => (rest, String::new()),
    };
    let authority = location.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{parameters}")
}

//! PostgreSQL: a database on the server that `tests/run` started, or was told of.

use super::database::{Database, Engine};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, process};

/// The connection.
pub type Conn = PgConnection;

/// A new database, if PostgreSQL is to be tested.
pub fn database() -> Option<Database<Conn>> {
    Database::fresh()
}

/// A database on the server, dropped with this.
pub struct OnServer {
    server: String,
    name: String,
}

impl Engine for Conn {
    const DIALECT: Dialect = Dialect::Postgres;
    type Storage = OnServer;

    fn create() -> OnServer {
        let server = env::var("CONTINUUM_TEST_POSTGRES_URL").expect(
            "CONTINUUM_TEST_POSTGRES_URL names no PostgreSQL server to test on; \
             run tests/run, which starts one",
        );
        OnServer::on(server)
    }

    fn url(database: &OnServer) -> String {
        with_database(&database.server, &database.name)
    }

    fn connect(database: &OnServer) -> Self {
        Self::establish(&Self::url(database)).unwrap()
    }
}

impl OnServer {
    /// A new, empty database on the server with this URL.
    pub fn on(server: String) -> Self {
        let name = unused_name();
        // template0 has no other connections, which creating a database would stumble over.
        Conn::establish(&server)
            .unwrap()
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        Self { server, name }
    }

    fn drop_database(&self) -> Result<(), Box<dyn Error>> {
        let name = &self.name;
        let mut conn = Conn::establish(&self.server)?;
        // Not WITH (FORCE), which PostgreSQL 12 does not have.
        conn.batch_execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))?;
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
        .expect("CONTINUUM_TEST_POSTGRES_URL has to be a URL: postgres://user@host/postgres");
    let (location, parameters) = match rest.split_once('?') {
        Some((location, parameters)) => (location, format!("?{parameters}")),
        None => (rest, String::new()),
    };
    let authority = location.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{parameters}")
}

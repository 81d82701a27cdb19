//! Pages with a history, and users that change them: the log has columns of the application's own.

use super::database::{Database, Engine};

pub mod models;
pub mod schema;

/// What creates the tables, on every engine.
pub const TABLES: &str = "CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO users VALUES (7, 'Alice'), (8, 'Bob');
    CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT);
    INSERT INTO pages VALUES (1, 'a'), (2, 'a')";
/// The text of schema.rs.
pub const SCHEMA: &str = include_str!("schema.rs");
/// The text of the models.
pub const MODELS: &str = include_str!("models.rs");

/// Creates the tables, installs their history, and connects.
pub fn set_up<C: Engine>(db: &Database<C>) -> C {
    db.apply(TABLES);
    db.install(SCHEMA, MODELS);
    db.connect()
}

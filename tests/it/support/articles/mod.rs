//! Articles, their tags, and the links between them: the tables that most tests change.

use super::database::{Database, Engine};

pub mod models;
pub mod schema;

/// What creates the tables, on every engine.
pub const TABLES: &str = include_str!("tables.sql");
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

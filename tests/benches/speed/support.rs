//! Databases to measure in: those of the tests.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../it/support/database.rs"]
pub mod database;
#[path = "../../it/support/mysql.rs"]
pub mod mysql;
#[path = "../../it/support/plan.rs"]
pub mod plan;
#[path = "../../it/support/postgres.rs"]
pub mod postgres;
#[path = "../../it/support/sqlite.rs"]
pub mod sqlite;

//! The engine-free model of versioned tables, and the SQL that records their history.
//!
//! This package knows no Diesel, no connection and no file system. What it is given are values
//! ([`Table`], [`Options`]), and what it returns are values ([`VersionedTable`], [`Plan`]), so
//! that the command line, the macros and the tests say the same SQL:
//!
//! ```text
//! schema.rs, models ─ parse ─▶ Table + Options ─▶ VersionedTable ─ Plan::between ─▶ up.sql, down.sql
//! ```
//!
//! It is an implementation detail of continuum: use `continuum-core` and `continuum-cli`. Its API
//! may change in any version.
//!
//! With the feature `parse`, from the text of two files to a migration:
//!
//! ```
//! # #[cfg(feature = "parse")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use continuum_schema::{Baseline, Dialect, Plan, parse};
//!
//! let schema = "diesel::table! { articles (id) { id -> Integer, name -> Text, } }";
//! let models = "#[derive(Versioned)] struct Article { id: i32, name: String }";
//!
//! let tables = parse::tables(schema, "schema.rs").map_err(|errors| format!("{errors:?}"))?;
//! let models = parse::models(models, "models.rs").map_err(|errors| format!("{errors:?}"))?;
//! let versioned =
//!     parse::versioned_tables(&tables, &models).map_err(|errors| format!("{errors:?}"))?;
//!
//! let plan = Plan::between(None, &versioned, Dialect::Sqlite, Baseline::Rows)
//!     .map_err(|errors| format!("{errors:?}"))?;
//! assert!(plan.up_sql().contains(r#"CREATE TABLE "articles_version""#));
//! assert!(plan.down_sql().contains(r#"DROP TABLE "articles_version""#));
//!
//! // What is installed already needs nothing.
//! let nothing = Plan::between(Some(&versioned), &versioned, Dialect::Sqlite, Baseline::Rows)
//!     .map_err(|errors| format!("{errors:?}"))?;
//! assert!(nothing.is_empty());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "parse"))]
//! # fn main() {}
//! ```

mod error;
mod evolution;
mod log;
mod log_column;
mod model;
mod names;
#[cfg(feature = "parse")]
pub mod parse;
mod plan;
mod print_schema;
mod versioned;
mod write;

pub mod dialect;

pub use crate::dialect::Dialect;
pub use crate::error::{Error, Result};
pub use crate::log::{Log, Required};
pub use crate::log_column::{Action, LOG_COLUMNS, LogColumn, Reference, log_variable};
pub use crate::model::{Column, ForeignKey, SqlType, Table, TableName};
pub use crate::names::{
    END_TRANSACTION_ID, LOG_TABLE, OPERATION_TYPE, REGISTRY_TABLE, TRANSACTION_ID, mod_column,
    version_table,
};
pub use crate::plan::{Baseline, Histories, Plan, Step};
pub use crate::print_schema::{rust_mod_column, rust_version_column, rust_version_table};
pub use crate::versioned::{Options, Strategy, Tracking, VersionColumn, VersionedTable};

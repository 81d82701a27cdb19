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
//! It is an implementation detail of continuum: use `continuum-core` and `continuum-cli`.

mod error;
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
pub use crate::model::{Column, SqlType, Table, TableName};
pub use crate::names::{
    END_TRANSACTION_ID, LOG_TABLE, OPERATION_TYPE, REGISTRY_TABLE, TRANSACTION_ID, mod_column,
    version_table,
};
pub use crate::plan::{Baseline, Plan, Step};
pub use crate::print_schema::{rust_mod_column, rust_version_column, rust_version_table};
pub use crate::versioned::{Options, Strategy, Tracking, VersionColumn, VersionedTable};

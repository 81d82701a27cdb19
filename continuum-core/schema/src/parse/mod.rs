//! Reading `table!` definitions and `#[derive(Versioned)]` structs from Rust source.
//!
//! The macros and the command line read with the same functions. They are given text or tokens,
//! never a path.

mod attr;
mod cfg;
mod diesel;
mod error;
mod foreign_keys;
mod join;
mod log_columns;
mod models;
mod nearest;
mod table;
mod walk;

pub use attr::VersionedAttr;
pub use diesel::{BelongsTo, DieselAttr, DieselFieldAttr, inferred_table};
pub use error::SourceError;
pub use foreign_keys::{DeclaredKey, foreign_key, foreign_keys, joinable};
pub use join::versioned_tables;
pub use log_columns::{
    ColumnDeclaration, ColumnsDeclaration, DeclaredColumn, ReferenceDeclaration, log_columns,
    transaction_columns,
};
pub use models::{Model, models, only_structs};
pub use nearest::nearest;
pub use table::{Definition, definitions, tables};

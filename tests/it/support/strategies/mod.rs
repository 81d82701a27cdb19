//! The same table twice, under each strategy: with an excluded column, `views`, and a hidden one,
//! `secret`.

use super::database::{Database, Engine};
use super::kept::Kept;

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

/// What is kept of each table.
pub const KEPT: [Kept; 2] = [
    Kept {
        table: "with_validity",
        version_table: "with_validity_version",
    },
    Kept {
        table: "with_subquery",
        version_table: "with_subquery_version",
    },
];

/// The same block of code for the table of each strategy:
/// `on_each_strategy!(|Row, RowVersion, rows, rows_version| { … })`, where the last two are the
/// modules of `table!`.
macro_rules! on_each_strategy {
    (|$row:ident, $version:ident, $table:ident, $version_table:ident| $body:block) => {{
        {
            #[allow(unused_imports)]
            use $crate::support::strategies::models::{
                WithValidity as $row, WithValidityVersion as $version,
            };
            #[allow(unused_imports)]
            use $crate::support::strategies::schema::{
                with_validity as $table, with_validity_version as $version_table,
            };
            $body
        }
        {
            #[allow(unused_imports)]
            use $crate::support::strategies::models::{
                WithSubquery as $row, WithSubqueryVersion as $version,
            };
            #[allow(unused_imports)]
            use $crate::support::strategies::schema::{
                with_subquery as $table, with_subquery_version as $version_table,
            };
            $body
        }
    }};
}
pub(crate) use on_each_strategy;

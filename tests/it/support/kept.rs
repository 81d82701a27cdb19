//! Tables of a test's own, with a history.

use super::database::{Database, Engine};
use super::plan::versioned_tables;
use continuum_schema::VersionedTable;
use std::fmt::Write;

/// What `#[versioned(…)]` says of the strategy, for each there is.
pub const STRATEGIES: [&str; 2] = ["strategy = \"validity\"", "strategy = \"subquery\""];

/// A table and its version table.
pub struct Kept {
    pub table: &'static str,
    pub version_table: &'static str,
}

/// Creates tables with `sql`, installs the history of those in `tables`, and connects.
///
/// A table is described as in `table!`, `points (id) { id -> Integer, x -> Nullable<Integer> }`,
/// and beside it stands what its model's `#[versioned(…)]` says.
pub fn keep<C: Engine>(db: &Database<C>, sql: &str, tables: &[(&str, &str)]) -> C {
    db.apply(sql);
    let (schema, models) = texts(tables);
    db.install(&schema, &models);
    db.connect()
}

/// The texts of schema.rs and of the models of such tables.
pub fn texts(tables: &[(&str, &str)]) -> (String, String) {
    let mut schema = String::new();
    let mut models = String::new();
    for (index, (table, options)) in tables.iter().enumerate() {
        writeln!(schema, "diesel::table! {{ {table} }}").unwrap();
        let name = table.split('(').next().unwrap_or_default().trim();
        let path = name.replace('.', "::");
        writeln!(
            models,
            "#[derive(Versioned)] #[diesel(table_name = {path})] #[versioned({options})] \
             struct Row{index};"
        )
        .unwrap();
    }
    (schema, models)
}

/// Such tables, as a migration is planned for them.
pub fn versioned(tables: &[(&str, &str)]) -> Vec<VersionedTable> {
    let (schema, models) = texts(tables);
    versioned_tables(&schema, &models)
}

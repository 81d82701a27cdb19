//! What a migration left that failed before its history began.

use super::column::literal;
use super::values::Values;
use crate::dialect::Dialect;
use crate::names;
use crate::versioned::VersionedTable;
use crate::write::{backticked, list};

/// Drops the tables of a history that is not in the registry; `index` is what tells a version table.
pub(super) fn drop(table: &VersionedTable, index: &str) -> String {
    let version = &table.version_table;
    let tables = [
        names::guard_table(Dialect::MySql, version),
        names::newest_table(Dialect::MySql, version),
        version.clone(),
    ];
    let tables = list(&tables, ", ", |table| backticked(&table.name));
    Values::new(table).fill_with(
        include_str!("../sql/mysql/left_over.sql"),
        &[
            ("index_name", &literal(index)),
            ("drop", &literal(&format!("DROP TABLE IF EXISTS {tables}"))),
        ],
    )
}

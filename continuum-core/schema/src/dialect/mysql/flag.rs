//! Flags that say what a comparison with the version before says.

use super::column;
use super::values::Values;
use crate::model::Column;
use crate::names;
use crate::versioned::VersionedTable;
use crate::write::{backticked, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

/// The statement that sets the flags in the newest version of the row; none where all flags are those
/// of hidden columns.
pub(super) fn newest(table: &VersionedTable, q_key_is_row: &str) -> String {
    let columns: Vec<_> = table.flagged_and_tracked().collect();
    if columns.is_empty() {
        return String::new();
    }
    let flag = Values::new(table).fill_with(
        sql!("flag"),
        &[("said", &said(&columns)), ("q_key_is_row", q_key_is_row)],
    );
    flag.trim_end().to_owned()
}

/// The statement that sets the flags of these columns in the versions for which the condition holds.
pub(super) fn all(table: &VersionedTable, columns: &[&Column], condition: &str) -> String {
    Values::new(table).fill_with(
        sql!("flag_all"),
        &[("said", &said(columns)), ("condition", condition)],
    )
}

fn said(columns: &[&Column]) -> String {
    list(columns, ",\n    ", |c| {
        format!(
            "v.{} = CASE v.operation_type WHEN 0 THEN {} IS NOT NULL WHEN 1 THEN NOT ({}) ELSE TRUE END",
            backticked(&names::mod_column(&c.name)),
            column::of("v", c),
            column::same("v", "p", c)
        )
    })
}

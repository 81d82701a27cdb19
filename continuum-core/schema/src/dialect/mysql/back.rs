//! Whether down.sql can make triggers as they were.

use super::column::literal;
use super::follow;
use crate::plan::Step;
use crate::versioned::VersionedTable;
use crate::write::{fill, list};
use std::collections::BTreeMap;

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

/// MySQL refuses a trigger that names a column which is not there, when the triggers of now are gone:
/// nothing would be recorded. So this is asked first, and nothing is done.
pub(in crate::dialect) fn can_be_taken_back(tables: &[&VersionedTable]) -> Option<Step> {
    let mut needed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for table in tables {
        let own = table.tracked().chain(table.hidden());
        let own = own.map(|column| (&table.table.name.name, &column.name));
        let of_parents = follow::followed(table).flat_map(|key| {
            let columns = key.parent_columns.iter();
            columns.map(|column| (&key.parent.name, column))
        });
        for (table, column) in own.chain(of_parents) {
            let columns = needed.entry(table).or_default();
            if !columns.contains(&column.as_str()) {
                columns.push(column);
            }
        }
    }
    if needed.is_empty() {
        return None;
    }
    let missing = list(&needed, "UNION ALL\n", |(table, columns)| {
        let columns = list(columns, "\n", |column| {
            let column = literal(column);
            format!("WHEN COUNT(IF(c.COLUMN_NAME = {column}, 1, NULL)) THEN {column}")
        });
        let table = literal(table);
        fill(
            sql!("missing_column"),
            &[("table_name", &table), ("columns", &columns)],
        )
    });
    Some(Step {
        comment: "Only where the columns are there that the triggers of before need.".to_owned(),
        up: String::new(),
        down: fill(sql!("can_be_taken_back"), &[("needed", missing.trim_end())]),
    })
}

//! The columns of a version table that follows its table.

use super::column::literal;
use super::flag;
use super::once::{self, Part};
use super::values::Values;
use crate::model::Column;
use crate::names;
use crate::versioned::{Tracking, VersionedTable};
use crate::write::{backticked, fill, list};

/// The statements and their undo; both empty where no column changes. The triggers are away.
///
/// A column that is no longer wanted stays, so that no value is lost; whoever does not want it
/// drops it. A flag that can be told from the values goes.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    let version = backticked(&after.version_table.name);
    let mut up = drop_flags(before, after);
    let mut down = String::new();
    for column in &before.table.columns {
        let is = after.tracking(&column.name);
        match before.tracking(&column.name) {
            Some(Tracking::Tracked)
                if is != Some(Tracking::Tracked) && !column.sql_type.is_nullable() =>
            {
                up += &relax(after, column);
            }
            Some(Tracking::Hidden) if is != Some(Tracking::Hidden) => {
                let flag = backticked(&names::mod_column(&column.name));
                up += &format!("ALTER TABLE {version} ALTER COLUMN {flag} SET DEFAULT FALSE;\n");
                down += &format!("ALTER TABLE {version} ALTER COLUMN {flag} DROP DEFAULT;\n");
            }
            _ => {}
        }
    }
    for column in &after.table.columns {
        let was = before.tracking(&column.name);
        let added = match after.tracking(&column.name) {
            Some(Tracking::Tracked) if was != Some(Tracking::Tracked) => {
                up += &add(after, column);
                column.name.clone()
            }
            Some(Tracking::Hidden) if was != Some(Tracking::Hidden) => {
                up += &add_flag(after, column);
                names::mod_column(&column.name)
            }
            _ => continue,
        };
        down = drop_column(after, &added) + &down;
    }
    up += &add_flags(after, before);
    down = format!(
        "{}{down}{}",
        drop_flags(after, before),
        add_flags(before, after)
    );
    (up, down)
}

fn drop_column(table: &VersionedTable, name: &str) -> String {
    let version = &table.version_table.name;
    let drop = format!(
        "ALTER TABLE {} DROP COLUMN {}",
        backticked(version),
        backticked(name)
    );
    once::drop(Part::Column, version, name, &drop)
}

fn add_flag(table: &VersionedTable, column: &Column) -> String {
    let version = &table.version_table.name;
    let name = names::mod_column(&column.name);
    let (table, flag) = (backticked(version), backticked(&name));
    let add = format!("ALTER TABLE {table} ADD COLUMN {flag} BOOLEAN NOT NULL DEFAULT FALSE");
    once::make(Part::Column, version, &name, &add)
        + &format!("ALTER TABLE {table} ALTER COLUMN {flag} DROP DEFAULT;\n")
}

/// The flags of `with` that are not in `without`.
fn drop_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    list(with.flagged_and_tracked_without(without), "", |column| {
        drop_column(with, &names::mod_column(&column.name))
    })
}

/// The flags of `with` that are not in `without`, for the versions that are there as well.
fn add_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    let added = with.flagged_and_tracked_without(without);
    if added.is_empty() {
        return String::new();
    }
    list(&added, "", |column| add_flag(with, column)) + &flag::all(with, &added)
}

/// With the exact type, which only the database knows.
fn add(after: &VersionedTable, column: &Column) -> String {
    // What takes NULL keeps that as its default: without, MySQL refuses a version that does not name the
    // column, which it does not when the table has lost it.
    let (default_value, null_or_default, no_default) = if column.sql_type.is_nullable() {
        (String::new(), "' NULL'", String::new())
    } else {
        let (version, name) = (
            backticked(&after.version_table.name),
            backticked(&column.name),
        );
        let table = backticked(&after.table.name.name);
        (
            fill(
                include_str!("../sql/mysql/default_value.sql"),
                &[("column", &name), ("table", &table)],
            ),
            include_str!("../sql/mysql/not_null_default.sql").trim_end(),
            format!("\nALTER TABLE {version} ALTER COLUMN {name} DROP DEFAULT;"),
        )
    };
    let added = altered(
        after,
        column,
        include_str!("../sql/mysql/add_column.sql"),
        &[
            ("null_or_default", null_or_default),
            ("no_default", &no_default),
        ],
    );
    default_value + &added
}

fn relax(after: &VersionedTable, column: &Column) -> String {
    altered(
        after,
        column,
        include_str!("../sql/mysql/relax_column.sql"),
        &[],
    )
}

fn altered(
    after: &VersionedTable,
    column: &Column,
    template: &str,
    own: &[(&str, &str)],
) -> String {
    let name = backticked(&column.name);
    let column_name = literal(&column.name);
    let version_literal = literal(&backticked(&after.version_table.name));
    let column_literal = literal(&name);
    let mut all = vec![
        ("column_name", column_name.as_str()),
        ("column_literal", &column_literal),
        ("version_literal", &version_literal),
    ];
    if template.contains("{column}") {
        all.push(("column", &name));
    }
    all.extend(own);
    Values::new(after).fill_with(template, &all)
}

//! The columns of a version table that follows its table.

use crate::model::Column;
use crate::names::{self, END_TRANSACTION_ID, TRANSACTION_ID};
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

use super::values::Values;

/// The statements and their undo; both empty where no column changes. The triggers are away.
///
/// A column that is no longer wanted stays, so that no value is lost; whoever does not want it
/// drops it. A flag that can be told from the values goes.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    let version = write::table(&after.version_table);
    let mut up = drop_flags(before, after);
    let mut down = String::new();
    for column in &before.table.columns {
        let is = after.tracking(&column.name);
        match before.tracking(&column.name) {
            Some(Tracking::Tracked)
                if is != Some(Tracking::Tracked) && !column.sql_type.is_nullable() =>
            {
                let name = ident(&column.name);
                up += &format!("ALTER TABLE {version} ALTER COLUMN {name} DROP NOT NULL;\n");
            }
            Some(Tracking::Hidden) if is != Some(Tracking::Hidden) => {
                let flag = ident(&names::mod_column(&column.name));
                up += &format!("ALTER TABLE {version} ALTER COLUMN {flag} SET DEFAULT false;\n");
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
                ident(&column.name)
            }
            Some(Tracking::Hidden) if was != Some(Tracking::Hidden) => {
                let flag = ident(&names::mod_column(&column.name));
                up += &format!(
                    "ALTER TABLE {version} ADD COLUMN IF NOT EXISTS {flag} boolean NOT NULL DEFAULT false;\n\
                     ALTER TABLE {version} ALTER COLUMN {flag} DROP DEFAULT;\n"
                );
                flag
            }
            _ => continue,
        };
        down = format!("ALTER TABLE {version} DROP COLUMN {added};\n{down}");
    }
    up += &add_flags(after, before);
    down = format!(
        "{}{down}{}",
        drop_flags(after, before),
        add_flags(before, after)
    );
    (up, down)
}

/// The flags of `with` that are not in `without`.
fn drop_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    let version = write::table(&with.version_table);
    list(with.flagged_and_tracked_without(without), "", |column| {
        let flag = ident(&names::mod_column(&column.name));
        format!("ALTER TABLE {version} DROP COLUMN {flag};\n")
    })
}

/// The flags of `with` that are not in `without`, for the versions that are there as well.
fn add_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    let version = write::table(&with.version_table);
    let added = with.flagged_and_tracked_without(without);
    if added.is_empty() {
        return String::new();
    }
    let add = list(&added, "", |column| {
        let flag = ident(&names::mod_column(&column.name));
        format!(
            "ALTER TABLE {version} ADD COLUMN IF NOT EXISTS {flag} boolean NOT NULL DEFAULT false;\n\
             ALTER TABLE {version} ALTER COLUMN {flag} DROP DEFAULT;\n"
        )
    });
    format!(
        "{add}-- Versions that are there get what comparing each with the one before it says.\n{}",
        Values::new(with).flag(&added, "true")
    )
}

/// With the exact type, which only the database knows.
fn add(after: &VersionedTable, column: &Column) -> String {
    let version = write::table(&after.version_table);
    let table = write::table(&after.table.name);
    let name = ident(&column.name);
    let same_key = |right: &str| {
        list(after.key(), " AND ", |key| {
            format!("v.{0} = {right}.{0}", ident(&key.name))
        })
    };
    let newest = match after.strategy {
        Strategy::Validity => format!("v.{END_TRANSACTION_ID} IS NULL"),
        Strategy::Subquery => format!(
            "NOT EXISTS (SELECT FROM {version} q WHERE {} AND q.{TRANSACTION_ID} > v.{TRANSACTION_ID})",
            same_key("q")
        ),
    };
    fill(
        include_str!("../sql/postgres/add_column.sql"),
        &[
            ("version", &version),
            ("version_name", &literal(&version)),
            ("table", &table),
            ("table_name", &literal(&table)),
            ("column", &name),
            ("column_name", &literal(&column.name)),
            (
                "required",
                if column.sql_type.is_nullable() {
                    "false"
                } else {
                    "true"
                },
            ),
            ("v_key_is_r", &same_key("r")),
            ("newest", &newest),
        ],
    )
}

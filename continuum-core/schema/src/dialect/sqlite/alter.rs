//! The columns of a version table that follows its table.

use super::column;
use super::values::Values;
use crate::model::{Column, SqlType};
use crate::names;
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{fill, ident, list, literal};

/// The statements and their undo; both empty where no column changes. The triggers are away.
///
/// What SQLite cannot add at a column's place goes to the end, and a column that is no longer
/// wanted stays, so that no value is lost; a flag that can be told from the values goes. A table is never made anew: it may have columns of
/// earlier days that are not known here.
pub(super) fn columns(before: &VersionedTable, after: &VersionedTable) -> (String, String) {
    let mut up = Vec::new();
    let mut down = Vec::new();
    for column in &before.table.columns {
        let is = after.tracking(&column.name);
        match before.tracking(&column.name) {
            Some(Tracking::Tracked)
                if is != Some(Tracking::Tracked) && !column.sql_type.is_nullable() =>
            {
                up.push(redefine(after, &column.name, &nullable_definition(column)));
            }
            Some(Tracking::Hidden) if is != Some(Tracking::Hidden) => {
                let flag = names::mod_column(&column.name);
                up.push(redefine(after, &flag, &flag_definition(&flag)));
            }
            _ => {}
        }
    }
    for column in &after.table.columns {
        let was = before.tracking(&column.name);
        let added = match after.tracking(&column.name) {
            Some(Tracking::Tracked) if was != Some(Tracking::Tracked) => {
                up.push(add(before, after, column));
                column.name.clone()
            }
            Some(Tracking::Hidden) if was != Some(Tracking::Hidden) => {
                let flag = names::mod_column(&column.name);
                up.push(format!(
                    "ALTER TABLE {} ADD COLUMN {};\n",
                    ident(&after.version_table.name),
                    flag_definition(&flag)
                ));
                flag
            }
            _ => continue,
        };
        down.push(format!(
            "ALTER TABLE {} DROP COLUMN {};\n",
            ident(&after.version_table.name),
            ident(&added)
        ));
    }
    down.reverse();
    (
        drop_flags(before, after) + &up.concat() + &add_flags(after, before),
        drop_flags(after, before) + &down.concat() + &add_flags(before, after),
    )
}

/// The flags of `with` that are not in `without`.
fn drop_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    let version = ident(&with.version_table.name);
    list(with.flagged_and_tracked_without(without), "", |column| {
        let flag = ident(&names::mod_column(&column.name));
        format!("ALTER TABLE {version} DROP COLUMN {flag};\n")
    })
}

/// The flags of `with` that are not in `without`, for the versions that are there as well.
fn add_flags(with: &VersionedTable, without: &VersionedTable) -> String {
    let version = ident(&with.version_table.name);
    let added = with.flagged_and_tracked_without(without);
    if added.is_empty() {
        return String::new();
    }
    let add = list(&added, "", |column| {
        let flag = flag_definition(&names::mod_column(&column.name));
        format!("ALTER TABLE {version} ADD COLUMN {flag};\n")
    });
    format!(
        "{add}-- Versions that are there get what comparing each with the one before it says.\n{};\n",
        Values::new(with).flag(&added)
    )
}

fn redefine(table: &VersionedTable, name: &str, definition: &str) -> String {
    fill(
        include_str!("../sql/sqlite/redefine_column.sql"),
        &[
            ("version", &ident(&table.version_table.name)),
            ("column", &ident(name)),
            ("definition", definition),
        ],
    )
}

fn add(before: &VersionedTable, after: &VersionedTable, column: &Column) -> String {
    let version = ident(&after.version_table.name);
    let table = ident(&after.table.name.name);
    let name = ident(&column.name);
    let definition = column::definition(&column.name, &column.sql_type, false);
    let same_key = list(after.key(), " AND ", |c| {
        format!("r.{0} = {version}.{0}", ident(&c.name))
    });
    let newest = match after.strategy {
        Strategy::Validity => "end_transaction_id IS NULL".to_owned(),
        Strategy::Subquery => format!(
            "NOT EXISTS (SELECT 1 FROM {version} AS q WHERE {} AND q.transaction_id > {version}.transaction_id)",
            list(after.key(), " AND ", |c| format!(
                "q.{0} = {version}.{0}",
                ident(&c.name)
            ))
        ),
    };
    let shared = [
        ("version", version.as_str()),
        ("table", &table),
        ("column", &name),
        ("definition", &definition),
        ("r_key_is_version", &same_key),
        ("newest", &newest),
    ];
    if column.sql_type.is_nullable() {
        return fill(include_str!("../sql/sqlite/add_column.sql"), &shared);
    }
    // What an excluded column was in the past, nobody knows; a new one had one value so far.
    let (or_live, live) = if before.table.column(&column.name).is_none() {
        (
            ", else what the row has now",
            format!(",\n(SELECT r.{name} FROM {table} AS r WHERE {same_key})"),
        )
    } else {
        ("", String::new())
    };
    let mut values = shared.to_vec();
    let own = [
        ("dummy", dummy(column)),
        ("or_live", or_live),
        ("live", &live),
        ("table_name", &literal(&after.table.name.name)),
        ("column_name", &literal(&column.name)),
    ];
    values.extend(own);
    fill(
        include_str!("../sql/sqlite/add_required_column.sql"),
        &values,
    )
}

fn nullable_definition(column: &Column) -> String {
    let sql_type = SqlType::new(
        &format!("Nullable<{}>", column.sql_type.tokens()),
        column.sql_type.max_length,
    );
    column::definition(&column.name, &sql_type, false)
}

/// With a default, which ADD COLUMN wants, and versions of before and after the column was hidden.
fn flag_definition(flag: &str) -> String {
    format!("{} BOOLEAN NOT NULL DEFAULT false", ident(flag))
}

fn dummy(column: &Column) -> &'static str {
    if column::is_untyped(column) {
        "x''"
    } else {
        "''"
    }
}

//! Columns of the application's own in the transaction log.

use super::Dialect;
use super::column::declared_type;
use crate::error::{Error, Result};
use crate::log::Log;
use crate::log_column::LogColumn;
use crate::names::LOG_TABLE;
use crate::plan::Step;
use crate::write::{ident, list};

/// Whether the engine can have the column.
pub(in crate::dialect) fn check_log_column(column: &LogColumn) -> Result<(), Error> {
    if sql_type(column).is_none() {
        return Err(column.unknown_type(Dialect::Sqlite, "TEXT"));
    }
    match &column.references {
        Some(reference) if reference.table.schema.is_some() => Err(column.error(
            format!(
                "it references {}, which is in another database",
                reference.table
            ),
            "a foreign key of SQLite stays in one; take `references` away",
        )),
        _ => Ok(()),
    }
}

/// The type that keeps the values, and from which `diesel print-schema` prints the type again.
fn sql_type(column: &LogColumn) -> Option<String> {
    column.type_or(declared_type)
}

/// The columns in `CREATE TABLE`, behind the others.
pub(super) fn definitions(columns: &[LogColumn]) -> String {
    list(columns, "", |column| {
        format!(",\n    {}", definition(column))
    })
}

pub(super) fn indexes(columns: &[LogColumn]) -> String {
    list(columns, "", |column| column.index(Dialect::Sqlite))
}

pub(in crate::dialect) fn alter_log(before: &Log, after: &Log) -> Vec<Step> {
    let (added, dropped) = before.changed_columns(after);
    if added.is_empty() && dropped.is_empty() {
        return Vec::new();
    }
    let add = |columns: &[&LogColumn]| {
        list(columns, "", |column| {
            add(column) + &column.index(Dialect::Sqlite)
        })
    };
    let drop = |columns: &[&LogColumn]| {
        let drop = list(columns, "", |column| drop(column));
        match columns {
            [] => drop,
            // That of a connection that has said something in the column names it.
            _ => format!("DROP TRIGGER IF EXISTS temp.continuum_context_transaction;\n{drop}"),
        }
    };
    vec![Step {
        comment: crate::dialect::columns_comment(&added, &dropped),
        up: add(&added) + &drop(&dropped),
        down: add(&dropped) + &drop(&added),
    }]
}

/// What a column that is added needs a default for, NULL among them, is its foreign key.
fn definition(column: &LogColumn) -> String {
    let name = ident(column.name());
    let sql_type = sql_type(column).unwrap_or_default();
    match &column.references {
        None => format!("{name} {sql_type}"),
        Some(reference) => format!(
            "{name} {sql_type} {}",
            reference.clause(&ident(&reference.table.name), &ident(&reference.column))
        ),
    }
}

fn add(column: &LogColumn) -> String {
    format!(
        "ALTER TABLE {LOG_TABLE} ADD COLUMN {};\n",
        definition(column)
    )
}

/// An index would keep its column.
fn drop(column: &LogColumn) -> String {
    let drop_index = match column.references {
        None => String::new(),
        Some(_) => format!(
            "DROP INDEX {};\n",
            ident(&column.object(Dialect::Sqlite, ""))
        ),
    };
    format!(
        "{drop_index}ALTER TABLE {LOG_TABLE} DROP COLUMN {};\n",
        ident(column.name())
    )
}

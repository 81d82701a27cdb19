//! Columns of the application's own in the transaction log.
//!
//! Their values are in `continuum.context` as texts. The functions read each into a variable of the
//! type of its column, which takes what the column takes and refuses what it refuses, also where it is
//! a domain, or a text of limited length.

use super::{Dialect, guards, pin};
use crate::error::{Error, Result};
use crate::log::Log;
use crate::log_column::LogColumn;
use crate::model::SqlType;
use crate::names::LOG_TABLE;
use crate::plan::Step;
use crate::write::{self, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// Whether the engine can have the column.
pub(in crate::dialect) fn check_log_column(column: &LogColumn) -> Result<(), Error> {
    match sql_type(column) {
        Some(_) => Ok(()),
        None => Err(column.unknown_type(Dialect::Postgres, "mood")),
    }
}

fn sql_type(column: &LogColumn) -> Option<String> {
    column.type_or(type_of)
}

/// What `diesel print-schema` prints as this type.
fn type_of(sql_type: &SqlType) -> Option<String> {
    let name = match sql_type.name() {
        "Array" => {
            let element = type_of(&sql_type.element()?)?;
            return Some(format!("{element}[]"));
        }
        "VarChar" | "Varchar" => match sql_type.max_length {
            Some(length) => return Some(format!("varchar({length})")),
            None => "varchar",
        },
        "Bpchar" | "Char" => match sql_type.max_length {
            Some(length) => return Some(format!("char({length})")),
            None => "bpchar",
        },
        "Bool" => "boolean",
        "SmallInt" | "Smallint" | "Int2" => "smallint",
        "Integer" | "Int4" => "integer",
        "BigInt" | "Bigint" | "Int8" => "bigint",
        "Float" | "Float4" => "real",
        "Double" | "Float8" => "double precision",
        "Numeric" | "Decimal" => "numeric",
        "Text" => "text",
        "Citext" => "citext",
        "Binary" | "Bytea" | "Blob" => "bytea",
        "Date" => "date",
        "Time" => "time",
        "Timestamp" => "timestamp",
        "Timestamptz" => "timestamptz",
        "Interval" => "interval",
        "Uuid" => "uuid",
        "Json" => "json",
        "Jsonb" => "jsonb",
        "Inet" => "inet",
        "Cidr" => "cidr",
        "MacAddr" | "Macaddr" => "macaddr",
        "MacAddr8" | "Macaddr8" => "macaddr8",
        "Money" => "money",
        "Oid" => "oid",
        _ => return None,
    };
    Some(name.to_owned())
}

/// Whether the type and its operators are PostgreSQL's own: in every search path. What is text in schema.rs
/// may be citext in the database.
pub(super) fn is_built_in(sql_type: &SqlType) -> bool {
    type_of(sql_type).is_some_and(|name| !name.starts_with("citext") && name != "text")
}

/// The columns in `CREATE TABLE`, behind the others.
pub(super) fn definitions(columns: &[LogColumn]) -> String {
    match columns {
        [] => String::new(),
        _ => format!(
            "\n{}",
            list(columns, ",\n", |column| format!(
                "    {}",
                definition(column)
            ))
        ),
    }
}

pub(super) fn indexes(columns: &[LogColumn]) -> String {
    list(columns, "", |column| column.index(Dialect::Postgres))
}

/// In the declarations of a function.
pub(super) fn variables(columns: &[LogColumn]) -> String {
    list(columns.iter().enumerate(), "", |(index, column)| {
        format!(
            "\n{} {LOG_TABLE}.{}%TYPE;",
            variable(index),
            ident(column.name())
        )
    })
}

/// From the context, in the body of a function.
pub(super) fn read(columns: &[LogColumn]) -> String {
    list(columns.iter().enumerate(), "", |(index, column)| {
        format!(
            "{} := context ->> {};\n",
            variable(index),
            literal(column.name())
        )
    })
}

/// Behind the names of other columns.
pub(super) fn names(columns: &[LogColumn]) -> String {
    list(columns, "", |column| format!(", {}", ident(column.name())))
}

/// Behind other values.
pub(super) fn values(columns: &[LogColumn]) -> String {
    list(0..columns.len(), "", |index| {
        format!(", {}", variable(index))
    })
}

/// The function that adds to the context.
pub(super) fn add_context(columns: &[LogColumn]) -> String {
    let read: String = read(columns)
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let assignments = list(columns.iter().enumerate(), "", |(index, column)| {
        format!(",\n        {} = {}", ident(column.name()), variable(index))
    });
    // Not by `fill`: there are other braces in it.
    let function = sql!("add_context")
        .replace(
            "{column_variables}",
            &variables(columns).replace('\n', "\n    "),
        )
        .replace("{read_columns}", &read)
        .replace("{assignments}", &assignments);
    function.trim_end().to_owned()
}

pub(in crate::dialect) fn alter_log(before: &Log, after: &Log) -> Vec<Step> {
    let Some(comment) = crate::dialect::log_comment(before, after) else {
        return Vec::new();
    };
    let (added, dropped) = before.changed_columns(after);
    let functions = |before: &Log, log: &Log| {
        let transaction_id = replaced(&guards::transaction_id(log));
        if before.columns == log.columns {
            return transaction_id;
        }
        format!(
            "{transaction_id}{}{}GRANT EXECUTE ON FUNCTION continuum_add_context(jsonb) TO PUBLIC;\n",
            replaced(&add_context(&log.columns)),
            pin(&["continuum_add_context(jsonb)".to_owned()], false),
        )
    };
    let add = |columns: &[&LogColumn]| list(columns, "", |column| add(column));
    let drop = |columns: &[&LogColumn]| list(columns, "", |column| drop(column));
    vec![Step {
        comment,
        up: add(&added) + &functions(before, after) + &drop(&dropped),
        down: add(&dropped) + &functions(after, before) + &drop(&added),
    }]
}

fn replaced(function: &str) -> String {
    function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + "\n"
}

fn variable(index: usize) -> String {
    format!("said_{}", index + 1)
}

fn definition(column: &LogColumn) -> String {
    let name = ident(column.name());
    let sql_type = sql_type(column).unwrap_or_default();
    match &column.references {
        None => format!("{name} {sql_type}"),
        Some(reference) => format!(
            "{name} {sql_type} CONSTRAINT {}\n        {}",
            ident(&column.object(Dialect::Postgres, "_fkey")),
            reference.clause(&write::table(&reference.table), &ident(&reference.column))
        ),
    }
}

fn add(column: &LogColumn) -> String {
    format!(
        "ALTER TABLE {LOG_TABLE} ADD COLUMN {};\n{}",
        definition(column),
        column.index(Dialect::Postgres)
    )
}

/// With its constraint and its index.
fn drop(column: &LogColumn) -> String {
    format!(
        "ALTER TABLE {LOG_TABLE} DROP COLUMN {};\n",
        ident(column.name())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_the_type_of_its_elements() {
        let of = |tokens| type_of(&SqlType::new(tokens, None));
        assert_eq!(
            of("Nullable<Array<Nullable<Int4>>>").as_deref(),
            Some("integer[]")
        );
        assert_eq!(of("Nullable<crate::sql_types::Mood>"), None);
    }
}

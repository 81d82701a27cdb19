//! Columns of the application's own in the transaction log.
//!
//! Each has a user variable that holds its value as it is stored, and counts only where
//! `@continuum_columns` names it: whoever clears what was said need not know what columns there are.

use super::column::literal;
use super::once::{self, Part};
use super::{Dialect, guards};
use crate::error::{Error, Result};
use crate::log::Log;
use crate::log_column::{LogColumn, log_variable};
use crate::model::{SqlType, TableName};
use crate::names::LOG_TABLE;
use crate::plan::Step;
use crate::write::{backticked, list};

/// Whether the engine can have the column.
pub(in crate::dialect) fn check_log_column(column: &LogColumn) -> Result<(), Error> {
    let Some(sql_type) = sql_type(column) else {
        let example = match column.column.sql_type.name() {
            "Numeric" | "Decimal" => "DECIMAL(12, 2)",
            "Uuid" => "BINARY(16)",
            _ => "VARCHAR(255)",
        };
        return Err(column.unknown_type(Dialect::MySql, example));
    };
    if column.references.is_some() && sql_type.starts_with("LONG") {
        return Err(column.error(
            format!("MySQL takes no {sql_type} for a foreign key"),
            "say how long it may be, as the column is that it references: `#[max_length = 36]`, or \
             `#[sql_type = \"VARCHAR(36) CHARACTER SET ascii\"]`",
        ));
    }
    Ok(())
}

fn sql_type(column: &LogColumn) -> Option<String> {
    column.type_or(type_of)
}

/// What `diesel print-schema` prints as this type. Not DECIMAL, which takes no digits behind the
/// point where nothing is said of them.
fn type_of(sql_type: &SqlType) -> Option<String> {
    let length = sql_type.max_length;
    let long_or = |short: &str, long: &str| match length {
        Some(length) => format!("{short}({length})"),
        None => long.to_owned(),
    };
    let name = match sql_type.name() {
        "Unsigned" => {
            let number = type_of(&sql_type.unsigned()?)?;
            return Some(format!("{number} UNSIGNED"));
        }
        "Text" => return Some(long_or("VARCHAR", "LONGTEXT")),
        "VarChar" | "Varchar" => return Some(long_or("VARCHAR", "VARCHAR(255)")),
        "Char" => return Some(long_or("CHAR", "CHAR(255)")),
        "Binary" => return Some(long_or("BINARY", "LONGBLOB")),
        "Varbinary" => return Some(long_or("VARBINARY", "VARBINARY(255)")),
        "Blob" => return Some(long_or("VARBINARY", "LONGBLOB")),
        "Bool" => "BOOLEAN",
        "TinyInt" | "Tinyint" => "TINYINT",
        "SmallInt" | "Smallint" | "Int2" => "SMALLINT",
        "Integer" | "Int4" => "INT",
        "BigInt" | "Bigint" | "Int8" => "BIGINT",
        "Float" | "Float4" => "FLOAT",
        "Double" | "Float8" => "DOUBLE",
        "Date" => "DATE",
        "Time" => "TIME(6)",
        "Datetime" => "DATETIME(6)",
        "Timestamp" => "TIMESTAMP(6) NULL DEFAULT NULL",
        "Json" => "JSON",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The columns in `CREATE TABLE`, before the indexes.
pub(super) fn definitions(columns: &[LogColumn]) -> String {
    list(columns.iter().flat_map(definition), "\n", |part| part + ",")
}

/// Behind the names of other columns.
pub(super) fn names(columns: &[LogColumn]) -> String {
    list(columns, "", |column| {
        format!(", {}", backticked(column.name()))
    })
}

/// Behind other values.
pub(super) fn values(columns: &[LogColumn]) -> String {
    list(columns, "", |column| format!(",\n{}", said(column.name())))
}

/// What is said in this column.
pub(super) fn said(column: &str) -> String {
    let variable = log_variable(column);
    format!(
        "IF(FIND_IN_SET({}, @continuum_columns), @continuum_column_{variable}, NULL)",
        literal(&variable)
    )
}

pub(in crate::dialect) fn alter_log(before: &Log, after: &Log) -> Vec<Step> {
    let Some(comment) = crate::dialect::log_comment(before, after) else {
        return Vec::new();
    };
    let (added, dropped) = before.changed_columns(after);
    vec![Step {
        comment,
        up: add(&added) + &guards::begin(after) + &drop(&dropped),
        down: add(&dropped) + &guards::begin(before) + &drop(&added),
    }]
}

/// The column, its index and its foreign key.
fn definition(column: &LogColumn) -> Vec<String> {
    let name = backticked(column.name());
    let mut parts = vec![format!("{name} {}", sql_type(column).unwrap_or_default())];
    if let Some(reference) = &column.references {
        let index = backticked(&column.object(Dialect::MySql, ""));
        let key = backticked(&column.object(Dialect::MySql, "_fkey"));
        let clause = reference.clause(&table(&reference.table), &backticked(&reference.column));
        parts.push(format!("KEY {index} ({name})"));
        parts.push(format!(
            "CONSTRAINT {key} FOREIGN KEY ({name})\n    {clause}"
        ));
    }
    parts
}

fn table(name: &TableName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", backticked(schema), backticked(&name.name)),
        None => backticked(&name.name),
    }
}

/// In one statement, because each commits.
fn add(columns: &[&LogColumn]) -> String {
    let [first, ..] = columns else {
        return String::new();
    };
    let parts = columns.iter().flat_map(|column| definition(column));
    let alter = format!(
        "ALTER TABLE {LOG_TABLE} {}",
        list(parts, ", ", |part| format!(
            "ADD {}",
            part.replace("\n    ", " ")
        ))
    );
    once::make(Part::Column, LOG_TABLE, first.name(), &alter)
}

/// The index goes with its column.
fn drop(columns: &[&LogColumn]) -> String {
    list(columns, "", |column| {
        let drop_key = column.references.as_ref().map(|_| {
            let key = column.object(Dialect::MySql, "_fkey");
            let drop = format!(
                "ALTER TABLE {LOG_TABLE} DROP FOREIGN KEY {}",
                backticked(&key)
            );
            once::drop(Part::ForeignKey, LOG_TABLE, &key, &drop)
        });
        let name = column.name();
        let drop = format!("ALTER TABLE {LOG_TABLE} DROP COLUMN {}", backticked(name));
        drop_key.unwrap_or_default() + &once::drop(Part::Column, LOG_TABLE, name, &drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_sign_keeps_its_size() {
        let of = |tokens, length| type_of(&SqlType::new(tokens, length));
        assert_eq!(
            of("Nullable<Unsigned<Bigint>>", None).as_deref(),
            Some("BIGINT UNSIGNED")
        );
        assert_eq!(
            of("Nullable<Binary>", Some(16)).as_deref(),
            Some("BINARY(16)")
        );
        assert_eq!(of("Nullable<Numeric>", None), None);
    }
}

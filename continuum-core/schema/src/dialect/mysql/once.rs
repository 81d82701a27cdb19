//! What can be done once only. DDL commits by itself, so a migration that ends in its middle is run again, or
//! reverted, with some of it done.

use super::column::literal;
use crate::write::fill;

/// Something of a table that has a name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Column,
    Index,
    ForeignKey,
}

/// The statement, which makes this part of the table, unless it is there.
pub(super) fn make(part: Part, table: &str, name: &str, statement: &str) -> String {
    once("NOT EXISTS", part, table, name, statement)
}

/// The statement, which drops this part of the table, if it is there.
pub(super) fn drop(part: Part, table: &str, name: &str, statement: &str) -> String {
    once("EXISTS", part, table, name, statement)
}

/// The statement, if the table has this column, and the other one or not.
pub(super) fn beside(
    table: &str,
    name: &str,
    exists: &str,
    other: &str,
    statement: &str,
) -> String {
    fill(
        include_str!("../sql/mysql/once_beside.sql"),
        &[
            ("exists", exists),
            ("table_name", &literal(table)),
            ("name", &literal(name)),
            ("other", &literal(other)),
            ("statement", &literal(statement)),
        ],
    )
}

fn once(exists: &str, part: Part, table: &str, name: &str, statement: &str) -> String {
    let (catalog, schema, named) = match part {
        Part::Column => ("COLUMNS", "TABLE_SCHEMA", "COLUMN_NAME"),
        Part::Index => ("STATISTICS", "TABLE_SCHEMA", "INDEX_NAME"),
        Part::ForeignKey => (
            "REFERENTIAL_CONSTRAINTS",
            "CONSTRAINT_SCHEMA",
            "CONSTRAINT_NAME",
        ),
    };
    fill(
        include_str!("../sql/mysql/once.sql"),
        &[
            ("exists", exists),
            ("catalog", catalog),
            ("schema", schema),
            ("named", named),
            ("table_name", &literal(table)),
            ("name", &literal(name)),
            ("statement", &literal(statement)),
        ],
    )
}

//! Columns of SQLite: what they are declared as, and how their values are compared.

use crate::model::{Column, SqlType};
use crate::write::ident;

/// The column in `CREATE TABLE`.
pub(super) fn definition(name: &str, sql_type: &SqlType, is_key: bool) -> String {
    let mut sql = ident(name);
    if let Some(declared) = declared_type(sql_type) {
        sql.push(' ');
        sql += &declared;
    }
    if is_key || !sql_type.is_nullable() {
        sql += " NOT NULL";
    }
    sql
}

/// The declared type from which `diesel print-schema` prints this type again
/// (`diesel_cli/src/infer_schema_internals/sqlite.rs`), and whose affinity keeps the values that
/// a column of this type can hold (<https://www.sqlite.org/datatype3.html#type_affinity>).
///
/// No declared type, which keeps every value as it is, where the type is not one of Diesel's.
pub(super) fn declared_type(sql_type: &SqlType) -> Option<String> {
    let declared = match sql_type.name() {
        "Bool" => "BOOLEAN",
        "SmallInt" | "Int2" | "Smallint" => "SMALLINT",
        "Integer" | "Int4" => "INTEGER",
        "BigInt" | "Int8" | "Bigint" => "BIGINT",
        "Float" | "Float4" => "FLOAT",
        // Not DOUBLE, which would round the integers that a NUMERIC or DECIMAL column can hold.
        "Double" | "Float8" | "Numeric" | "Decimal" => "NUMERIC",
        "Date" => "DATE",
        "Time" => "TIME",
        "Timestamp" | "Timestamptz" | "TimestamptzSqlite" | "Datetime" => "TIMESTAMP",
        "Binary" | "Blob" | "Bytea" | "Varbinary" | "Jsonb" => "BLOB",
        "Text" | "VarChar" | "Varchar" | "Char" | "Json" => match sql_type.max_length {
            Some(length) => return Some(format!("VARCHAR({length})")),
            None => "TEXT",
        },
        _ => return None,
    };
    Some(declared.to_owned())
}

/// What the values of a column can be.
#[derive(PartialEq)]
enum Values {
    /// Numbers, and text that does not depend on a collation.
    Plain,
    /// Text, which the table may compare with a collation that takes different ones for equal.
    Text,
    /// Anything: 1 and 1.0 are different values, and stored as such.
    Any,
}

fn values(column: &Column) -> Values {
    match declared_type(&column.sql_type).as_deref() {
        None | Some("BLOB") => Values::Any,
        Some(declared) if declared == "TEXT" || declared.starts_with("VARCHAR") => Values::Text,
        Some(_) => Values::Plain,
    }
}

/// Whether the column may hold values of several types.
pub(super) fn is_untyped(column: &Column) -> bool {
    values(column) == Values::Any
}

/// The column of a row: `NEW."name"`.
pub(super) fn of(row: &str, column: &Column) -> String {
    format!("{row}.{}", ident(&column.name))
}

/// Whether two rows of the table have different values, as they are stored.
pub(super) fn differs(left: &str, right: &str, column: &Column) -> String {
    let mut condition = differs_as_key(left, right, column);
    if let Some(other_type) = other_type(left, right, column) {
        condition = format!("({condition} OR {other_type})");
    }
    condition
}

/// Whether two rows of the table have values of different types.
pub(super) fn other_type(left: &str, right: &str, column: &Column) -> Option<String> {
    is_untyped(column).then(|| {
        format!(
            "typeof({}) <> typeof({})",
            of(left, column),
            of(right, column)
        )
    })
}

/// Whether two rows of the table have different values where 1 and 1.0 are the same key.
pub(super) fn differs_as_key(left: &str, right: &str, column: &Column) -> String {
    format!(
        "{} IS NOT {}{}",
        of(left, column),
        of(right, column),
        binary(column)
    )
}

/// The opposite of [`differs_as_key`].
pub(super) fn same_key(left: &str, right: &str, column: &Column) -> String {
    format!(
        "{} IS {}{}",
        of(left, column),
        of(right, column),
        binary(column)
    )
}

/// The opposite of [`differs`].
pub(super) fn same(left: &str, right: &str, column: &Column) -> String {
    let mut condition = same_key(left, right, column);
    if is_untyped(column) {
        let (left, right) = (of(left, column), of(right, column));
        condition += &format!(" AND typeof({left}) = typeof({right})");
    }
    condition
}

/// The row `r` of the table that has this key: by the table's index, whose collation may find
/// more than is meant.
pub(super) fn same_in_table(row: &str, column: &Column) -> String {
    let (left, right) = (of("r", column), of(row, column));
    match binary(column) {
        "" => format!("{left} = {right}"),
        binary => format!("{left} = {right} AND {left} = {right}{binary}"),
    }
}

/// The versions of a row of the table.
///
/// The `+` takes away the type that the table gives to the column: were it another than that of
/// the version table, its index could not be used.
pub(super) fn same_in_version(alias: &str, row: &str, column: &Column) -> String {
    let plus = match values(column) {
        Values::Plain => "",
        Values::Text | Values::Any => "+",
    };
    format!("{alias}{} = {plus}{}", ident(&column.name), of(row, column))
}

/// The conditions for two versions to have the same value.
pub(super) fn same_version(left: &str, right: &str, column: &Column) -> String {
    let mut condition = format!("{} IS {}", of(left, column), of(right, column));
    if is_untyped(column) {
        condition += &format!(
            " AND typeof({}) = typeof({})",
            of(left, column),
            of(right, column)
        );
    }
    condition
}

fn binary(column: &Column) -> &'static str {
    match values(column) {
        Values::Plain => "",
        Values::Text | Values::Any => " COLLATE BINARY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(tokens: &str) -> Option<String> {
        declared_type(&SqlType::new(tokens, None))
    }

    #[test]
    fn a_type_that_is_not_diesels_is_stored_as_it_is() {
        assert_eq!(declared("crate::sql_types::Color"), None);
        assert_eq!(declared("Nullable<Text>").as_deref(), Some("TEXT"));
    }

    #[test]
    fn the_length_of_a_text_is_kept() {
        let name = SqlType::new("Varchar", Some(255));
        assert_eq!(
            definition("name", &name, false),
            "\"name\" VARCHAR(255) NOT NULL"
        );
    }
}

//! Columns of MySQL: how their values are compared, and passed on.

use crate::model::Column;
use crate::write::backticked;

/// The column of a row: ``NEW.`name` ``.
pub(super) fn of(row: &str, column: &Column) -> String {
    format!("{row}.{}", backticked(&column.name))
}

/// A string literal, whatever the session's `sql_mode` takes a backslash for.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') {
        // Hexadecimal literals have no escapes.
        let bytes: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        format!("_utf8mb4 X'{bytes}'")
    } else {
        format!("'{quoted}'")
    }
}

/// Whether two rows have the same value, as it is stored.
pub(super) fn same(left: &str, right: &str, column: &Column) -> String {
    let [left, right] = [of(left, column), of(right, column)];
    match compared(column) {
        Compared::Values => format!("{left} <=> {right}"),
        // 0.0 and -0.0 are equal.
        Compared::Numbers => {
            format!("{left} <=> {right} AND CAST({left} AS CHAR) <=> CAST({right} AS CHAR)")
        }
        // In the hour that summer time repeats, two moments have the same time in the session's zone. What is
        // no TIMESTAMP in the database may be beyond what UNIX_TIMESTAMP knows, and is 0 there.
        Compared::Moments => {
            format!("{left} <=> {right} AND UNIX_TIMESTAMP({left}) <=> UNIX_TIMESTAMP({right})")
        }
        Compared::Bytes => {
            format!("CAST({left} AS BINARY) <=> CAST({right} AS BINARY)")
        }
        // What MySQL takes for equal JSON (1 and 1.0) has different text.
        Compared::Text => format!(
            "CAST(CONVERT({left} USING utf8mb4) AS BINARY) <=> CAST(CONVERT({right} USING utf8mb4) AS BINARY)"
        ),
    }
}

enum Compared {
    Values,
    Moments,
    Numbers,
    Bytes,
    Text,
}

fn compared(column: &Column) -> Compared {
    match column.sql_type.name() {
        "Bool" | "TinyInt" | "Tinyint" | "SmallInt" | "Smallint" | "Int2" | "Integer" | "Int4"
        | "BigInt" | "Bigint" | "Int8" | "Unsigned" | "Numeric" | "Decimal" | "Date" | "Time"
        | "Datetime" | "Binary" | "Varbinary" | "Blob" | "Tinyblob" | "Mediumblob" | "Longblob"
        | "Bit" => Compared::Values,
        "Timestamp" => Compared::Moments,
        "Float" | "Float4" | "Double" | "Float8" => Compared::Numbers,
        "Json" => Compared::Text,
        // Texts, whose collation takes different ones for equal; enums and sets; the unknown.
        _ => Compared::Bytes,
    }
}

/// The type of a variable that holds a key of this column exactly and is compared with it by the
/// index; `None` for text, whose collation only the database knows.
pub(super) fn key_variable(column: &Column) -> Option<&'static str> {
    let name = column.sql_type.name();
    Some(match name {
        "Bool" | "TinyInt" | "Tinyint" | "SmallInt" | "Smallint" | "Int2" | "Integer" | "Int4"
        | "BigInt" | "Bigint" | "Int8" => "BIGINT",
        "Unsigned" => "BIGINT UNSIGNED",
        "Binary" | "Varbinary" => "VARBINARY(3072)",
        "Date" => "DATE",
        // Which holds a FLOAT exactly, as its text does not.
        "Float" | "Float4" | "Double" | "Float8" => "DOUBLE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_in_a_literal_is_one_in_every_mode() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\"), "_utf8mb4 X'615C'");
    }
}

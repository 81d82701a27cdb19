//! What a version did to its row.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::SmallInt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a version did to its row; `operation_type` in the version table.
///
/// Serialized, it is `"insert"`, `"update"` or `"delete"`, as [`Display`](std::fmt::Display) writes it.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// diesel::delete(&article).execute(conn)?;
///
/// let deleted: Vec<ArticleVersion> = articles_version::table
///     .filter(articles_version::operation_type.eq(Operation::Delete))
///     .select(ArticleVersion::as_select())
///     .load(conn)?;
/// assert_eq!(deleted[0].name, "second");
/// assert_eq!(deleted[0].operation_type.to_string(), "delete");
/// assert_eq!(serde_json::to_value(deleted[0].operation_type).unwrap(), "delete");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = SmallInt)]
#[repr(i16)]
pub enum Operation {
    /// The row appeared; stored as 0.
    Insert = 0,
    /// The row changed; stored as 1.
    Update = 1,
    /// The row disappeared, and the version holds its last values; stored as 2.
    Delete = 2,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        [Self::Insert, Self::Update, Self::Delete]
            .into_iter()
            .find(|operation| operation.as_str() == word)
            .ok_or_else(|| D::Error::unknown_variant(&word, &["insert", "update", "delete"]))
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for Operation
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            0 => Ok(Self::Insert),
            1 => Ok(Self::Update),
            2 => Ok(Self::Delete),
            other => Err(format!("operation_type is {other}, not 0, 1 or 2").into()),
        }
    }
}

impl<DB: Backend> ToSql<SmallInt, DB> for Operation
where
    i16: ToSql<SmallInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        match self {
            Self::Insert => 0.to_sql(out),
            Self::Update => 1.to_sql(out),
            Self::Delete => 2.to_sql(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn an_operation_is_serialized_as_a_word_and_read_again() {
        for operation in [Operation::Insert, Operation::Update, Operation::Delete] {
            let word = serde_json::to_string(&operation).unwrap();
            assert_eq!(word, format!("\"{operation}\""));
            assert_eq!(serde_json::from_str::<Operation>(&word).unwrap(), operation);
        }
        let error = serde_json::from_str::<Operation>("\"truncate\"").unwrap_err();
        assert!(error.to_string().contains("truncate"), "{error}");
    }
}

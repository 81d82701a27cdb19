//! What a version did to its row.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::SmallInt;

/// What a version did to its row; `operation_type` in the version table.
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

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        })
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

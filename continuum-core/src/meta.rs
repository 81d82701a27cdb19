//! `meta` as each engine stores it.

use crate::log::{Meta, continuum_transaction};
use diesel::deserialize::{self, FromSql};
use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::prelude::{AppearsOnTable, Expression, QueryResult, SelectableExpression};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Nullable, Text};
use serde_json::Value;

macro_rules! as_stored {
    ($feature:literal, $backend:ty, $sql_type:ty, $stored:ty) => {
        #[cfg(feature = $feature)]
        impl FromSql<Meta, $backend> for Value {
            fn from_sql(
                bytes: <$backend as diesel::backend::Backend>::RawValue<'_>,
            ) -> deserialize::Result<Self> {
                FromSql::<$sql_type, $backend>::from_sql(bytes)
            }
        }

        #[cfg(feature = $feature)]
        impl ToSql<Meta, $backend> for Value {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, $backend>) -> serialize::Result {
                ToSql::<$sql_type, $backend>::to_sql(self, out)
            }
        }
    };
}

as_stored!("postgres", diesel::pg::Pg, diesel::sql_types::Jsonb, Value);
as_stored!(
    "sqlite",
    diesel::sqlite::Sqlite,
    diesel::sql_types::Json,
    Value
);
as_stored!(
    "mysql",
    diesel::mysql::Mysql,
    diesel::sql_types::Json,
    Value
);

/// A value in `meta` as text: what was said of a transaction under this key. NULL where nothing
/// was. For texts and numbers, which are the same on every engine.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database();
/// use continuum_core::{continuum_transaction, meta_text};
///
/// conn.versioned_transaction(ChangeInfo::new().meta("tenant", 7), |conn| article(conn))?;
///
/// let of_tenant_7: Vec<Transaction> = continuum_transaction::table
///     .filter(meta_text("tenant").eq("7"))
///     .select(Transaction::as_select())
///     .load(conn)?;
/// assert_eq!(of_tenant_7.len(), 1);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub fn meta_text(key: impl Into<String>) -> MetaText {
    MetaText { key: key.into() }
}

/// What [`meta_text`] returns: an expression of [`continuum_transaction`], nullable text.
#[derive(Debug, Clone, QueryId)]
pub struct MetaText {
    key: String,
}

impl Expression for MetaText {
    type SqlType = Nullable<Text>;
}

impl<QS> AppearsOnTable<QS> for MetaText where continuum_transaction::meta: AppearsOnTable<QS> {}

impl<QS> SelectableExpression<QS> for MetaText where
    continuum_transaction::meta: SelectableExpression<QS>
{
}

impl ValidGrouping<()> for MetaText {
    type IsAggregate = is_aggregate::No;
}

#[cfg(feature = "postgres")]
impl QueryFragment<diesel::pg::Pg> for MetaText {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        out.push_sql("(");
        continuum_transaction::meta.walk_ast(out.reborrow())?;
        out.push_sql(" ->> ");
        out.push_bind_param::<Text, _>(&self.key)?;
        out.push_sql(")");
        Ok(())
    }
}

/// What is `null` in JSON is a text on this engine.
#[cfg(feature = "mysql")]
impl QueryFragment<diesel::mysql::Mysql> for MetaText {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::mysql::Mysql>) -> QueryResult<()> {
        for before in [
            "CASE WHEN JSON_TYPE(JSON_EXTRACT(",
            " <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(",
        ] {
            out.push_sql(before);
            continuum_transaction::meta.walk_ast(out.reborrow())?;
            out.push_sql(", CONCAT('$.', JSON_QUOTE(");
            out.push_bind_param::<Text, _>(&self.key)?;
            out.push_sql("))))");
        }
        out.push_sql(" END");
        Ok(())
    }
}

#[cfg(feature = "sqlite")]
impl QueryFragment<diesel::sqlite::Sqlite> for MetaText {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        out.push_sql("CAST(json_extract(");
        continuum_transaction::meta.walk_ast(out.reborrow())?;
        out.push_sql(", '$.' || json_quote(");
        out.push_bind_param::<Text, _>(&self.key)?;
        out.push_sql(")) AS TEXT)");
        Ok(())
    }
}

//! What versions ask for, as a table of a query: the key of a row, and when the version began, each
//! with the position of the version that asks.

use super::position::PositionColumn;
use crate::as_of::{TableOf, push_column};
use crate::backend::{PARTS_OF_UNION, RecordingBackend};
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{AppearsInFromClause, Never, QuerySource};
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;
use std::marker::PhantomData;
use std::sync::Arc;

/// The table `continuum_asked` of a query, of which `R` is the query.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Asked<R>(pub(super) R);

impl<R: Clone> QuerySource for Asked<R> {
    type FromClause = Self;
    type DefaultSelection = PositionColumn;

    fn from_clause(&self) -> Self::FromClause {
        self.clone()
    }

    fn default_selection(&self) -> Self::DefaultSelection {
        PositionColumn
    }
}

/// It is none of the tables.
impl<R, T> AppearsInFromClause<T> for Asked<R> {
    type Count = Never;
}

/// The SQL depends on the number of keys.
impl<R> QueryId for Asked<R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<R: QueryFragment<DB>, DB: RecordingBackend> QueryFragment<DB> for Asked<R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") continuum_asked");
        Ok(())
    }
}

/// Keys of type `K`, in SQL `T`, which are compared with a column of `V`'s table.
#[doc(hidden)]
pub struct Keys<V: Version, K, T> {
    asked: Arc<[(usize, K, i64)]>,
    table: TableOf<V>,
    column: &'static str,
    sql_type: PhantomData<fn() -> T>,
}

impl<V: Version, K, T> Keys<V, K, T> {
    /// Of each version that asks its position, the key, and when it began.
    pub(super) fn new(column: &'static str, asked: impl Iterator<Item = (usize, K, i64)>) -> Self {
        Self {
            asked: asked.collect(),
            table: V::VersionTable::table().from_clause(),
            column,
            sql_type: PhantomData,
        }
    }
}

impl<V: Version, K, T> Clone for Keys<V, K, T> {
    fn clone(&self) -> Self {
        Self {
            asked: Arc::clone(&self.asked),
            table: V::VersionTable::table().from_clause(),
            ..*self
        }
    }
}

impl<V, K, T, DB> QueryFragment<DB> for Keys<V, K, T>
where
    V: Version,
    K: ToSql<T, DB>,
    DB: RecordingBackend + HasSqlType<T>,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let asked = self
            .asked
            .iter()
            .map(|(nth, key, began)| (*nth, key, *began));
        push_asked::<V, K, T, DB>(&self.table, self.column, asked, &mut out)
    }
}

/// The query for `nth`, `row_key` and `began` of each.
///
/// A first part without rows is of the column that the keys are compared with. They get its
/// collation, which MySQL wants to be the same at both sides.
pub(super) fn push_asked<'b, V, K, T, DB>(
    table: &'b TableOf<V>,
    column: &str,
    asked: impl Iterator<Item = (usize, &'b K, i64)>,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    V: Version,
    K: ToSql<T, DB> + 'b,
    DB: RecordingBackend + HasSqlType<T>,
    TableOf<V>: QueryFragment<DB>,
{
    push_none::<V, DB>(table, column, out)?;
    for (index, (nth, key, began)) in asked.enumerate() {
        if index > 0 && index % PARTS_OF_UNION == 0 {
            out.push_sql(") part UNION ALL ");
            push_none::<V, DB>(table, column, out)?;
        }
        out.push_sql(" UNION ALL SELECT ");
        out.push_sql(&nth.to_string());
        out.push_sql(", ");
        out.push_bind_param::<T, _>(key)?;
        out.push_sql(", ");
        out.push_sql(&began.to_string());
    }
    out.push_sql(") part");
    Ok(())
}

fn push_none<'b, V, DB>(
    table: &'b TableOf<V>,
    column: &str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("SELECT nth, row_key, began FROM (SELECT 0 AS nth, ");
    push_column(table, out, column)?;
    out.push_sql(" AS row_key, ");
    push_column(table, out, "transaction_id")?;
    out.push_sql(" AS began FROM ");
    table.walk_ast(out.reborrow())?;
    // By itself it would be planned as a reading of the whole table.
    out.push_sql(" WHERE ");
    push_column(table, out, "transaction_id")?;
    out.push_sql(" = 0 AND 1 = 0");
    Ok(())
}

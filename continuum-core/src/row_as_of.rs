//! The condition that keeps the version of one row that was valid at a moment.

use crate::as_of::TableOf;
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::{IntoMoment, LastTransaction, Moment};
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::sql_types::Bool;
use std::fmt;
use std::marker::PhantomData;

/// True for the version of one row that was valid at a [`Moment`], if the row was there: two looks
/// into an index, however many versions the row has.
///
/// `as_of` of the row's struct is a query that is filtered by it. `B` is what it binds for the moment:
/// [`IntoMoment::Bound`].
pub struct RowAsOf<V: Version, R, B> {
    last: LastTransaction,
    same_row: R,
    table: TableOf<V>,
    bound: PhantomData<B>,
}

impl<V: Version, R, B> RowAsOf<V, R, B> {
    /// `same_row` is the condition on the version table that finds the versions of the row.
    pub fn new(moment: impl IntoMoment<Bound = B>, same_row: R) -> Self {
        let moment: Moment = moment.into();
        Self {
            last: moment.into(),
            same_row,
            table: V::VersionTable::table().from_clause(),
            bound: PhantomData,
        }
    }
}

impl<V: Version, R: fmt::Debug, B> fmt::Debug for RowAsOf<V, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RowAsOf")
            .field(&self.last)
            .field(&self.same_row)
            .finish()
    }
}

impl<V: Version, R: Clone, B> Clone for RowAsOf<V, R, B> {
    fn clone(&self) -> Self {
        Self {
            last: self.last,
            same_row: self.same_row.clone(),
            table: V::VersionTable::table().from_clause(),
            bound: PhantomData,
        }
    }
}

expression!(@without_query_id <V: Version, R, B> RowAsOf<V, R, B>, Bool, on V::VersionTable);

/// Read row by row, it must be one prepared statement: to make the SQL, only to look for its statement,
/// takes as long as SQLite takes to run it.
impl<V, R, B> QueryId for RowAsOf<V, R, B>
where
    V: Version,
    V::VersionTable: QueryId,
    R: QueryId,
    B: QueryId,
{
    type QueryId = StatementOf<<V::VersionTable as QueryId>::QueryId, R::QueryId, B::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = <V::VersionTable as QueryId>::HAS_STATIC_QUERY_ID
        && R::HAS_STATIC_QUERY_ID
        && B::HAS_STATIC_QUERY_ID;
}

/// The key of the prepared statements of [`RowAsOf`].
#[derive(Debug)]
pub struct StatementOf<T, R, B>(PhantomData<(T, R, B)>);

impl<V, R, B, DB> QueryFragment<DB> for RowAsOf<V, R, B>
where
    V: Version,
    R: QueryFragment<DB>,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // Inside, the table's name means the inner one.
        let (column, newest, last) = match DB::PLACE {
            Some(place) => (place, place, " ORDER BY transaction_id DESC LIMIT 1"),
            None => ("transaction_id", "max(transaction_id)", ""),
        };
        out.push_sql("(");
        self.table.walk_ast(out.reborrow())?;
        for part in [".", column, " = (SELECT ", newest, " FROM "] {
            out.push_sql(part);
        }
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        out.push_sql(" AND transaction_id <= ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql(last);
        out.push_sql(") AND ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".operation_type <> 2)");
        Ok(())
    }
}

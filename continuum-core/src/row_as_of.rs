//! The condition that keeps the version of one row that was valid at a moment.

use crate::as_of::TableOf;
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::{LastTransaction, Moment};
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::sql_types::Bool;
use std::fmt;

/// True for the version of one row that was valid at a [`Moment`], if the row was there: two looks
/// into an index, however many versions the row has.
///
/// `as_of` of the row's struct is a query that is filtered by it.
pub struct RowAsOf<V: Version, R> {
    last: LastTransaction,
    same_row: R,
    table: TableOf<V>,
}

impl<V: Version, R> RowAsOf<V, R> {
    /// `same_row` is the condition on the version table that finds the versions of the row.
    pub fn new(moment: impl Into<Moment>, same_row: R) -> Self {
        Self {
            last: moment.into().into(),
            same_row,
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V: Version, R: fmt::Debug> fmt::Debug for RowAsOf<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RowAsOf")
            .field(&self.last)
            .field(&self.same_row)
            .finish()
    }
}

impl<V: Version, R: Clone> Clone for RowAsOf<V, R> {
    fn clone(&self) -> Self {
        Self {
            last: self.last,
            same_row: self.same_row.clone(),
            table: V::VersionTable::table().from_clause(),
        }
    }
}

expression!(<V: Version, R> RowAsOf<V, R>, Bool, on V::VersionTable);

impl<V, R, DB> QueryFragment<DB> for RowAsOf<V, R>
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

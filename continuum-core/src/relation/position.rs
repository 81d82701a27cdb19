//! What was found, beside the versions that asked for it.

use crate::backend::RecordingBackend;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::{
    AppearsOnTable, Expression, Selectable, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Integer;

/// Which of the versions that [`RelatedOfMany`](super::RelatedOfMany) was asked for found this:
/// its position in the slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromSqlRow)]
pub struct Position(usize);

impl Position {
    /// The index in the slice.
    pub fn index(self) -> usize {
        self.0
    }
}

impl<DB: Backend> FromSql<Integer, DB> for Position
where
    i32: FromSql<Integer, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(i32::from_sql(bytes)?.try_into()?))
    }
}

impl<DB: Backend> Selectable<DB> for Position {
    type SelectExpression = PositionColumn;

    fn construct_selection() -> Self::SelectExpression {
        PositionColumn
    }
}

/// The column of [`Position`].
///
/// Nobody can say of the tables of an application that this one is not one of them, so Diesel takes
/// it in any query; the database does not.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct PositionColumn;

impl Expression for PositionColumn {
    type SqlType = Integer;
}

impl<GB> ValidGrouping<GB> for PositionColumn {
    type IsAggregate = is_aggregate::No;
}

impl<QS> AppearsOnTable<QS> for PositionColumn {}

impl<QS> SelectableExpression<QS> for PositionColumn {}

impl<DB: RecordingBackend> QueryFragment<DB> for PositionColumn {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("continuum_asked.nth");
        Ok(())
    }
}

/// What was found, put beside the versions that asked for it.
pub trait Beside<T> {
    /// For each version what it asked for, where there is one at most: the parent. None where there
    /// was none, or where the query has left it out.
    ///
    /// The versions are those that asked, in their order.
    fn beside<V>(self, versions: &[V]) -> Vec<Option<T>>;

    /// For each version all that it asked for, in the order of the query.
    ///
    /// The versions are those that asked, in their order.
    fn grouped_beside<V>(self, versions: &[V]) -> Vec<Vec<T>>;
}

impl<T> Beside<T> for Vec<(T, Position)> {
    fn beside<V>(self, versions: &[V]) -> Vec<Option<T>> {
        let mut found: Vec<Option<T>> = versions.iter().map(|_| None).collect();
        for (what, position) in self {
            // Where the query has joined more, and it is there several times, the first.
            if let Some(place @ None) = found.get_mut(position.index()) {
                *place = Some(what);
            }
        }
        found
    }

    fn grouped_beside<V>(self, versions: &[V]) -> Vec<Vec<T>> {
        let mut groups: Vec<Vec<T>> = versions.iter().map(|_| Vec::new()).collect();
        for (what, position) in self {
            if let Some(group) = groups.get_mut(position.index()) {
                group.push(what);
            }
        }
        groups
    }
}

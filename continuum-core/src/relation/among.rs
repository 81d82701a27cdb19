//! The condition that a column has one of several keys.

use crate::backend::RecordingBackend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};
use std::marker::PhantomData;

/// True where the column `C` has one of several keys of type `K`, in SQL `T`. Diesel's `eq_any`,
/// for functions that are generic over the column.
#[doc(hidden)]
pub struct Among<'a, C, K, T> {
    keys: Vec<&'a K>,
    column: C,
    sql_type: PhantomData<fn() -> T>,
}

impl<'a, C, K, T> Among<'a, C, K, T> {
    pub(super) fn new(column: C, keys: impl Iterator<Item = &'a K>) -> Self {
        Self {
            keys: keys.collect(),
            column,
            sql_type: PhantomData,
        }
    }
}

impl<C, K, T> Expression for Among<'_, C, K, T> {
    type SqlType = Bool;
}

impl<C, K, T, GB> ValidGrouping<GB> for Among<'_, C, K, T> {
    type IsAggregate = is_aggregate::No;
}

impl<C, K, T, QS> AppearsOnTable<QS> for Among<'_, C, K, T> where C: AppearsOnTable<QS> {}

impl<C, K, T, QS> SelectableExpression<QS> for Among<'_, C, K, T> where C: AppearsOnTable<QS> {}

/// The SQL depends on the number of keys.
impl<C, K, T> QueryId for Among<'_, C, K, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, K, T, DB> QueryFragment<DB> for Among<'_, C, K, T>
where
    C: QueryFragment<DB>,
    K: ToSql<T, DB>,
    DB: RecordingBackend + HasSqlType<T>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if self.keys.is_empty() {
            out.push_sql("1 = 0");
            return Ok(());
        }
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        for (index, key) in self.keys.iter().enumerate() {
            out.push_sql(if index == 0 { "" } else { ", " });
            out.push_bind_param::<T, K>(key)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

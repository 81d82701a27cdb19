//! The condition that joins versions of children to the versions of their parents.

use super::{ChildOf, RowKey};
use crate::as_of::{TableOf, push_column, was_valid};
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;
use diesel::sql_types::Bool;
use std::fmt;

/// True where a version of `C`'s table belonged to the version of a `P` beside it when that began:
/// [`belonged_to`](super::Related::belonged_to).
pub struct BelongedTo<C: Version, P: Versioned> {
    child: TableOf<C>,
    parent: TableOf<P::Version>,
}

impl<C: Version, P: Versioned> BelongedTo<C, P> {
    pub(super) fn new() -> Self {
        Self {
            child: C::VersionTable::table().from_clause(),
            parent: <P::Version as Version>::VersionTable::table().from_clause(),
        }
    }
}

impl<C: Version, P: Versioned> Clone for BelongedTo<C, P> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<C: Version, P: Versioned> fmt::Debug for BelongedTo<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BelongedTo")
    }
}

expression!(
    <C: Version, P: Versioned> BelongedTo<C, P>, Bool,
    on C::VersionTable, <P::Version as Version>::VersionTable
);

impl<C, P, DB> QueryFragment<DB> for BelongedTo<C, P>
where
    C: ChildOf<P>,
    P: Versioned,
    P::Version: RowKey,
    DB: RecordingBackend,
    TableOf<C>: QueryFragment<DB>,
    TableOf<P::Version>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let foreign_key = <C::ForeignKeyColumn as Column>::NAME;
        let key = <<P::Version as RowKey>::KeyColumn as Column>::NAME;
        out.push_sql("(");
        push_column(&self.child, &mut out, foreign_key)?;
        out.push_sql(" = ");
        push_column(&self.parent, &mut out, key)?;
        out.push_sql(" AND ");
        was_valid::<C, DB>(&self.child, &mut out, |out| {
            push_column(&self.parent, out, "transaction_id")
        })?;
        out.push_sql(")");
        Ok(())
    }
}

//! The condition that keeps the children of several versions, each when it began.

use super::{ChildOf, RowKey};
use crate::as_of::{TableOf, push_column, was_valid};
use crate::backend::{PARTS_OF_UNION, RecordingBackend};
use crate::expression::expression;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::expression::Expression;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};

/// True for the versions of `C`'s table that belonged to one of the parents when that began.
#[doc(hidden)]
pub struct AtStarts<'a, C: Version, P> {
    parents: &'a [P],
    table: TableOf<C>,
}

impl<'a, C: Version, P> AtStarts<'a, C, P> {
    pub(super) fn new(parents: &'a [P]) -> Self {
        Self {
            parents,
            table: C::VersionTable::table().from_clause(),
        }
    }
}

expression!(<C: Version, P> AtStarts<'_, C, P>, Bool, on C::VersionTable);

impl<C, P, DB> QueryFragment<DB> for AtStarts<'_, C, P>
where
    C: ChildOf<<P as RowKey>::Entity>,
    P: Version + RowKey,
    P::Key: ToSql<<P::KeyColumn as Expression>::SqlType, DB>,
    DB: RecordingBackend + HasSqlType<<P::KeyColumn as Expression>::SqlType>,
    TableOf<C>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if self.parents.is_empty() {
            out.push_sql("1 = 0");
            return Ok(());
        }
        // Engines disagree about VALUES.
        out.push_sql("EXISTS (SELECT 1 FROM (");
        for (index, parents) in self.parents.chunks(PARTS_OF_UNION).enumerate() {
            out.push_sql(if index == 0 { "" } else { " UNION ALL " });
            out.push_sql("SELECT parent_key, began FROM (");
            for (index, parent) in parents.iter().enumerate() {
                out.push_sql(if index == 0 {
                    "SELECT "
                } else {
                    " UNION ALL SELECT "
                });
                out.push_bind_param::<<P::KeyColumn as Expression>::SqlType, _>(parent.row_key())?;
                out.push_sql(" AS parent_key, ");
                out.push_sql(&parent.transaction_id().to_string());
                out.push_sql(" AS began");
            }
            out.push_sql(") part");
        }
        out.push_sql(") continuum_parent WHERE continuum_parent.parent_key = ");
        let foreign_key = <C::ForeignKeyColumn as Column>::NAME;
        push_column(&self.table, &mut out, foreign_key)?;
        out.push_sql(" AND ");
        was_valid::<C, DB>(&self.table, &mut out, |out| {
            out.push_sql("continuum_parent.began");
            Ok(())
        })?;
        out.push_sql(")");
        Ok(())
    }
}

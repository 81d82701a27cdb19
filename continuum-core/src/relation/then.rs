//! When the rows that were asked for are looked at.

use crate::as_of::{AsOf, TableOf, was_valid};
use crate::backend::RecordingBackend;
use crate::moment::Moment;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;

/// The versions of a table that were valid at one moment, or, without any, when each of those that
/// ask began.
pub(super) struct Then<V: Version> {
    pub(super) table: TableOf<V>,
    moment: Option<AsOf<V>>,
}

impl<V: Version> Then<V> {
    pub(super) fn new(moment: Option<Moment>) -> Self {
        Self {
            table: V::VersionTable::table().from_clause(),
            moment: moment.map(AsOf::one_by_one),
        }
    }

    /// The condition; `began` is the column that has the transactions of those that ask.
    pub(super) fn walk<'b, DB>(
        &'b self,
        began: &'static str,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: RecordingBackend,
        TableOf<V>: QueryFragment<DB>,
        AsOf<V>: QueryFragment<DB>,
    {
        match &self.moment {
            Some(moment) => moment.walk_ast(out.reborrow()),
            None => was_valid::<V, DB>(&self.table, out, |out| {
                out.push_sql(began);
                Ok(())
            }),
        }
    }
}

impl<V: Version> Clone for Then<V> {
    fn clone(&self) -> Self {
        Self {
            table: V::VersionTable::table().from_clause(),
            moment: self.moment.clone(),
        }
    }
}

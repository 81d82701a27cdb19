//! What a join table linked many rows to.

use super::asked::Keys;
use super::then::Then;
use super::{ChildOf, RowKey};
use crate::as_of::{AsOf, TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::moment::Moment;
use crate::version::{Version, Versioned};
use diesel::expression::Expression;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use std::marker::PhantomData;

type KeysOf<V, L> = Keys<
    <L as Versioned>::Version,
    <V as RowKey>::Key,
    <<V as RowKey>::KeyColumn as Expression>::SqlType,
>;

/// The keys of a `T` that the join table of `L` linked to the rows of versions, when these began
/// or at a moment.
#[doc(hidden)]
pub struct LinkedKeys<V: RowKey, L: Versioned, T> {
    rows: KeysOf<V, L>,
    link: Then<L::Version>,
    target: PhantomData<fn() -> T>,
}

impl<V, L, T> LinkedKeys<V, L, T>
where
    V: Version + RowKey,
    V::Key: Clone,
    L: Versioned,
    L::Version: ChildOf<<V as RowKey>::Entity>,
{
    pub(super) fn new(versions: &[V], then: Option<Moment>) -> Self {
        let rows = versions
            .iter()
            .enumerate()
            .map(|(nth, version)| (nth, version.row_key().clone(), version.transaction_id()));
        let to_this =
            <<L::Version as ChildOf<<V as RowKey>::Entity>>::ForeignKeyColumn as Column>::NAME;
        Self {
            rows: Keys::new(to_this, rows),
            link: Then::new(then),
            target: PhantomData,
        }
    }
}

impl<V: RowKey, L: Versioned, T> Clone for LinkedKeys<V, L, T> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            link: self.link.clone(),
            target: PhantomData,
        }
    }
}

impl<V, L, T, DB> QueryFragment<DB> for LinkedKeys<V, L, T>
where
    V: RowKey,
    L: Versioned,
    L::Version: ChildOf<V::Entity> + ChildOf<T>,
    DB: RecordingBackend,
    KeysOf<V, L>: QueryFragment<DB>,
    TableOf<L::Version>: QueryFragment<DB>,
    AsOf<L::Version>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let to_this = <<L::Version as ChildOf<V::Entity>>::ForeignKeyColumn as Column>::NAME;
        let to_target = <<L::Version as ChildOf<T>>::ForeignKeyColumn as Column>::NAME;
        // Several links between the same rows are one, as with one version. Where the key does not allow
        // several, the engine can look at links and rows together.
        let once = L::Version::KEY
            .iter()
            .all(|key| [to_this, to_target].contains(key));
        out.push_sql(if once { "SELECT " } else { "SELECT DISTINCT " });
        out.push_sql("continuum_linking.nth, ");
        push_column(&self.link.table, &mut out, to_target)?;
        out.push_sql(" AS row_key, continuum_linking.began FROM (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(") continuum_linking INNER JOIN ");
        self.link.table.walk_ast(out.reborrow())?;
        out.push_sql(" ON ");
        push_column(&self.link.table, &mut out, to_this)?;
        out.push_sql(" = continuum_linking.row_key AND ");
        self.link.walk("continuum_linking.began", &mut out)
    }
}

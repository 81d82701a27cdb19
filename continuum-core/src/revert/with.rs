//! A row brought back to a version, with what it was related to.

use super::catalog::Catalog;
use super::plan::{Plan, Rows, too_fast};
use super::preview::{Preview, without_a_trace};
use super::reach::Reach;
use super::relation::{RelationOf, Relations, Step};
use super::{FromClause, quoted};
use crate::backend::RecordingBackend;
use crate::change_info::ChangeInfo;
use crate::connection::VersionedConnection;
use crate::error::HistoryError;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::connection::LoadConnection;
use diesel::query_builder::QueryFragment;
use diesel::query_source::QuerySource;

/// A row brought back to a version, with what it was related to when that version began:
/// [`reverting`](super::Revert::reverting).
///
/// Nothing happens before [`execute`](Self::execute).
///
/// ```
/// # mod schema {
/// #     continuum_core::version_tables! {
/// #         diesel::table! { articles (id) { id -> Integer, } }
/// #         diesel::table! { tags (id) { id -> Integer, article_id -> Integer, } }
/// #     }
/// # }
/// # use continuum_core::prelude::*;
/// # use diesel::prelude::*;
/// # use schema::*;
/// # #[derive(Queryable, Selectable, Identifiable, Versioned)]
/// # #[diesel(table_name = articles)]
/// # struct Article { id: i32 }
/// # #[derive(Queryable, Selectable, Identifiable, Associations, Versioned)]
/// # #[diesel(table_name = tags, belongs_to(Article))]
/// # struct Tag { id: i32, article_id: i32 }
/// use continuum_core::children;
///
/// # #[cfg(feature = "sqlite")]
/// fn revert(version: &ArticleVersion, conn: &mut SqliteConnection) -> Result<usize, HistoryError> {
///     version
///         .reverting()
///         .with(children::<Tag>().delete_newer())
///         .execute(conn)
/// }
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing is reverted before `execute`"]
pub struct Reverting<'v, V, R = ()> {
    version: &'v V,
    relations: R,
    force: bool,
}

impl<'v, V: Version> Reverting<'v, V> {
    pub(super) fn new(version: &'v V) -> Self {
        Self {
            version,
            relations: (),
            force: false,
        }
    }
}

impl<'v, V: Version, R> Reverting<'v, V, R> {
    /// Together with a relation, which may have relations in turn: [`children`](super::relation::children),
    /// [`descendants`](super::relation::descendants), [`parent`](super::relation::parent).
    ///
    /// Links to the rows of another table are the children in the join table, and may bring those
    /// rows back: `children::<ArticleTag>().delete_newer().with(parent::<Tag>())`.
    pub fn with<Q: RelationOf<V::Entity>>(self, relation: Q) -> Reverting<'v, V, (R, Q)> {
        Reverting {
            version: self.version,
            relations: (self.relations, relation),
            force: self.force,
        }
    }

    /// Deletes rows also where others refer to them: of those becomes what their foreign key says.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// What [`execute`](Self::execute) would do, and what is in its way. Changes nothing, and keeps
    /// nobody from writing meanwhile.
    ///
    /// # Errors
    ///
    /// [`NoVersion`](HistoryError::NoVersion) when the version is gone, and what the database says.
    pub fn dry_run<C>(&self, conn: &mut C) -> Result<Preview, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        R: Relations<V::Entity, C::Backend>,
        V::SameRow<'v>: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        let steps = self.steps::<C::Backend>()?;
        without_a_trace(conn, |conn| {
            let catalog = Catalog::load(conn)?;
            let mut reach = self.reach(conn, &catalog, &steps)?;
            if !reach.obstacles.is_empty() {
                return Ok(Preview {
                    obstacles: reach.obstacles,
                    ..Preview::default()
                });
            }
            let rows = Rows::Reached(self.version.transaction_id());
            let mut plan = Plan::glance(conn, &catalog, &reach.tables, rows, &())?;
            plan.detached = std::mem::take(&mut reach.detached);
            let preview = Preview {
                changes: plan.row_changes(conn)?,
                conflicts: plan.still_referred_to(conn)?,
                obstacles: plan.obstacles(conn)?,
            };
            plan.forget(conn)?;
            reach.forget(conn)?;
            Ok(preview)
        })
    }

    /// Brings the row back, and what the relations lead to, and says how many rows have changed.
    ///
    /// This is a transaction of its own, or part of the one that is running, whose `meta` names the
    /// transaction of the version: `{"reverts_to": 17}`. The number of statements depends on the
    /// relations, not on the number of rows.
    ///
    /// # Errors
    ///
    /// Nothing has been changed then.
    ///
    /// - [`NoVersion`](HistoryError::NoVersion) when the version is gone from the version table.
    /// - [`Conflicts`](HistoryError::Conflicts) where rows refer to one that would be deleted.
    /// - [`Obstacles`](HistoryError::Obstacles) where rows cannot be what they were.
    /// - [`Database`](HistoryError::Database): anything else.
    pub fn execute<C>(&self, conn: &mut C) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        R: Relations<V::Entity, C::Backend>,
        V::SameRow<'v>: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        let steps = self.steps::<C::Backend>()?;
        C::Backend::isolate(conn)?;
        let info = ChangeInfo::new().meta("reverts_to", self.version.transaction_id());
        conn.versioned_transaction(info, |conn| {
            C::Backend::write(conn)?;
            let catalog = Catalog::load(conn)?;
            // As often as rows change while they are looked for.
            for _ in 0..10 {
                let mut reach = self.reach(conn, &catalog, &steps)?;
                if !reach.obstacles.is_empty() {
                    reach.forget(conn)?;
                    return Err(HistoryError::Obstacles(reach.obstacles));
                }
                let rows = Rows::Reached(self.version.transaction_id());
                let mut plan = Plan::glance(conn, &catalog, &reach.tables, rows, &())?;
                if !plan.lock(conn)? {
                    plan.forget(conn)?;
                    reach.forget(conn)?;
                    continue;
                }
                plan.detached = std::mem::take(&mut reach.detached);
                let reverted = self.carry_out(conn, &plan);
                // After an error of the database, the transaction may refuse it, and takes it
                // back itself.
                let forgotten = plan.forget(conn).and_then(|()| reach.forget(conn));
                let changed = reverted?;
                forgotten?;
                return Ok(changed);
            }
            Err(too_fast().into())
        })
    }

    fn steps<DB>(&self) -> Result<Vec<Step>, HistoryError>
    where
        R: Relations<V::Entity, DB>,
    {
        let mut steps = Vec::new();
        self.relations.steps(&mut steps)?;
        Ok(steps)
    }

    fn reach<'c, C>(
        &self,
        conn: &mut C,
        catalog: &'c Catalog,
        steps: &[Step],
    ) -> Result<Reach<'c>, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        V::SameRow<'v>: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        let transaction_id = self.version.transaction_id();
        let version_table = quoted::<C::Backend, _>(&V::VersionTable::table().from_clause())?;
        let row = (&self.version.same_row(), transaction_id);
        let reach = Reach::make(conn, catalog, &version_table, row, steps)?;
        reach.ok_or(HistoryError::NoVersion { transaction_id })
    }

    fn carry_out<C>(&self, conn: &mut C, plan: &Plan<'_>) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        if !self.force {
            let conflicts = plan.still_referred_to(conn)?;
            if !conflicts.is_empty() {
                return Err(HistoryError::Conflicts(conflicts));
            }
        }
        let obstacles = plan.obstacles(conn)?;
        if !obstacles.is_empty() {
            return Err(HistoryError::Obstacles(obstacles));
        }
        Ok(plan.apply(conn)?)
    }
}

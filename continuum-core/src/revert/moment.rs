//! A set of rows brought back to a moment.

use super::catalog::{Catalog, Restorable};
use super::plan::{Plan, Rows};
use super::preview::{Preview, without_a_trace};
use super::{FromClause, quoted, restorable};
use crate::backend::RecordingBackend;
use crate::change_info::ChangeInfo;
use crate::connection::VersionedConnection;
use crate::error::{HistoryError, Obstacle, Reason};
use crate::moment::Moment;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::connection::LoadConnection;
use diesel::expression::{AppearsOnTable, Expression};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::sql_types::BoolOrNullableBool;
use std::fmt;
use std::marker::PhantomData;

/// A set of rows brought back to what they were at a [`Moment`]: `ArticleVersion::revert_to`.
///
/// Rows that did not exist then are deleted, rows that were deleted since come back, others get the
/// values that they had. Columns that the history does not keep stay as they are. Nothing happens
/// before [`execute`](Self::execute).
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
/// // Transaction 2 inserted the article, and 3 gave it another name.
/// diesel::insert_into(articles::table).values(articles::name.eq("spam")).execute(conn)?;
///
/// let back = ArticleVersion::revert_to(2).filter(articles_version::name.ne("keep"));
/// let changes: Vec<_> = back.dry_run(conn)?.changes.iter().map(|row| row.operation).collect();
/// assert_eq!(changes, [Operation::Update, Operation::Delete]);
///
/// let alice = ChangeInfo::new().actor("alice").reason("vandalism");
/// conn.versioned_transaction(alice, |conn| back.execute(conn))?;
/// let names: Vec<String> = articles::table.select(articles::name).load(conn)?;
/// assert_eq!(names, ["first"]);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[must_use = "nothing is reverted before `execute`"]
pub struct RevertTo<V, P = Every> {
    moment: Moment,
    force: bool,
    condition: P,
    version: PhantomData<fn() -> V>,
}

/// The condition that every row meets.
#[derive(Debug, Clone, Copy)]
pub struct Every;

/// Both conditions.
#[derive(Debug, Clone, Copy)]
pub struct Both<P, Q>(P, Q);

impl<V: Version> RevertTo<V> {
    /// All rows of the table, as they were at this moment: right after the transaction with this
    /// id, or at this time.
    pub fn new(moment: impl Into<Moment>) -> Self {
        Self {
            moment: moment.into(),
            force: false,
            condition: Every,
            version: PhantomData,
        }
    }
}

impl<V: Version, P> RevertTo<V, P> {
    /// Only rows that meet this condition on the version table, now or at that moment.
    /// Several conditions have to be met by the same version.
    pub fn filter<Q>(self, condition: Q) -> RevertTo<V, Both<P, Q>>
    where
        Q: Expression<SqlType: BoolOrNullableBool> + AppearsOnTable<V::VersionTable>,
    {
        RevertTo {
            moment: self.moment,
            force: self.force,
            condition: Both(self.condition, condition),
            version: PhantomData,
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
    /// What the database says.
    pub fn dry_run<C>(&self, conn: &mut C) -> Result<Preview, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        P: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        without_a_trace(conn, |conn| {
            let last = C::Backend::last_transaction(conn, self.moment)?;
            let catalog = Catalog::load(conn)?;
            let table = match self.table::<C::Backend>(&catalog, last)? {
                Ok(table) => table,
                Err(obstacle) => {
                    return Ok(Preview {
                        obstacles: vec![obstacle],
                        ..Preview::default()
                    });
                }
            };
            let rows = Rows::ChangedAfter(last.unwrap_or_default());
            let plan = Plan::glance(conn, &catalog, &[table], rows, &self.condition)?;
            let preview = Preview {
                changes: plan.row_changes(conn)?,
                conflicts: plan.still_referred_to(conn)?,
                obstacles: plan.obstacles(conn)?,
            };
            plan.forget(conn)?;
            Ok(preview)
        })
    }

    /// Brings the rows back, and says how many have changed.
    ///
    /// This is a transaction of its own, or part of the one that is running, whose `meta` names the
    /// last transaction at that moment: `{"reverts_to": 17}`. The number of statements does not
    /// depend on the number of rows.
    ///
    /// # Errors
    ///
    /// - [`Conflicts`](HistoryError::Conflicts) where rows refer to one that would be deleted.
    /// - [`Obstacles`](HistoryError::Obstacles) where rows cannot be what they were.
    /// - [`Database`](HistoryError::Database): anything else.
    pub fn execute<C>(&self, conn: &mut C) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        P: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        C::Backend::isolate(conn)?;
        // Once, before anything of this one is recorded.
        conn.transaction(|conn| {
            C::Backend::write(conn)?;
            let last = C::Backend::last_transaction(conn, self.moment)?;
            let info = ChangeInfo::new().meta("reverts_to", last);
            conn.versioned_transaction(info, |conn| self.revert(conn, last))
        })
    }

    fn revert<C>(&self, conn: &mut C, last: Option<i64>) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        P: QueryFragment<C::Backend>,
        FromClause<V::VersionTable>: QueryFragment<C::Backend>,
    {
        let catalog = Catalog::load(conn)?;
        let table = self
            .table::<C::Backend>(&catalog, last)?
            .map_err(|obstacle| HistoryError::Obstacles(vec![obstacle]))?;
        let rows = Rows::ChangedAfter(last.unwrap_or_default());
        let plan = Plan::make(conn, &catalog, &[table], rows, &self.condition)?;
        let reverted = self.carry_out(conn, &plan);
        // After an error of the database, the transaction may refuse it, and takes it back itself.
        let forgotten = plan.forget(conn);
        let changed = reverted?;
        forgotten?;
        Ok(changed)
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

    /// The table, or why it cannot go back as far.
    fn table<'c, DB>(
        &self,
        catalog: &'c Catalog,
        last: Option<i64>,
    ) -> QueryResult<Result<&'c Restorable, Obstacle>>
    where
        DB: RecordingBackend,
        FromClause<V::VersionTable>: QueryFragment<DB>,
    {
        let version_table = quoted::<DB, _>(&V::VersionTable::table().from_clause())?;
        let table = restorable(catalog, &version_table)?;
        let transaction_id = table.history.baseline_transaction_id;
        Ok(if !table.is_recorded() {
            Err(table.obstacle(None, Reason::NotRecorded))
        } else if last < Some(transaction_id) {
            Err(table.obstacle(None, Reason::BeforeHistory { transaction_id }))
        } else {
            Ok(table)
        })
    }
}

impl<V, P: Clone> Clone for RevertTo<V, P> {
    fn clone(&self) -> Self {
        Self {
            moment: self.moment,
            force: self.force,
            condition: self.condition.clone(),
            version: PhantomData,
        }
    }
}

impl<V, P: fmt::Debug> fmt::Debug for RevertTo<V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevertTo")
            .field("moment", &self.moment)
            .field("force", &self.force)
            .field("condition", &self.condition)
            .finish()
    }
}

impl<DB: RecordingBackend> QueryFragment<DB> for Every {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("1 = 1");
        Ok(())
    }
}

impl<P, Q, DB> QueryFragment<DB> for Both<P, Q>
where
    DB: RecordingBackend,
    P: QueryFragment<DB>,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" AND (");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

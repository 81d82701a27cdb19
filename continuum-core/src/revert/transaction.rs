//! A whole transaction undone.

use super::catalog::{Catalog, Restorable};
use super::plan::{Plan, Rows};
use super::preview::{Preview, without_a_trace};
use crate::backend::{PARTS_OF_UNION, RecordingBackend};
use crate::change_info::ChangeInfo;
use crate::connection::VersionedConnection;
use crate::error::{Conflict, HistoryError, Obstacle, Reason};
use crate::log::Transaction;
use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::result::{DatabaseErrorKind, Error};

/// The revert of a whole transaction, by its id: what it inserted is deleted, what it deleted comes
/// back, what it updated gets the values from before, in every table that has a history.
///
/// [`Transaction::revert`] does this where nothing is in the way. Nothing happens before
/// [`execute`](Self::execute).
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::RevertTransaction;
///
/// // Transaction 3 gave the article another name, and transaction 4 deletes it.
/// diesel::delete(&article).execute(conn)?;
///
/// let revert = RevertTransaction::new(3);
/// let preview = revert.dry_run(conn)?;
/// assert_eq!(preview.changes[0].operation, Operation::Insert);
/// assert_eq!(
///     preview.conflicts[0].to_string(),
///     "articles: transaction 4 has changed the row \"id\" = 1 since; revert it first, or force \
///      this revert"
/// );
/// assert!(revert.execute(conn).is_err());
///
/// assert_eq!(revert.force().execute(conn)?, 1);
/// let article: Article = articles::table.find(article.id).first(conn)?;
/// assert_eq!(article.name, "first");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "nothing is reverted before `execute`"]
pub struct RevertTransaction {
    id: i64,
    force: bool,
}

impl Transaction {
    /// Undoes this transaction: what it inserted is deleted, what it deleted comes back, what it
    /// updated gets the values from before, in every table that has a history. Says how many rows
    /// have changed.
    ///
    /// This is a transaction of its own, or part of the one that is running, whose `meta` says
    /// what it reverts: `{"reverts": 17}`. Around it, a
    /// [`versioned_transaction`](VersionedConnection::versioned_transaction) says who and why. The
    /// number of statements does not depend on the number of rows.
    ///
    /// # Errors
    ///
    /// - [`Conflicts`](HistoryError::Conflicts) where a later transaction changed one of the rows
    ///   again, or rows refer to one that would be deleted.
    ///   [`reverting().force()`](RevertTransaction::force) reverts nevertheless.
    /// - [`Obstacles`](HistoryError::Obstacles) where rows cannot be what they were.
    /// - [`NoTransaction`](HistoryError::NoTransaction) where it is not in the log any more.
    /// - [`Database`](HistoryError::Database): anything else.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// use continuum_core::continuum_transaction;
    ///
    /// let rename: Transaction = continuum_transaction::table
    ///     .find(3)
    ///     .select(Transaction::as_select())
    ///     .first(conn)?;
    /// let bob = ChangeInfo::new().actor("bob").reason("vandalism");
    /// let changed = conn.versioned_transaction(bob, |conn| rename.revert(conn))?;
    /// assert_eq!(changed, 1);
    ///
    /// let article: Article = articles::table.find(article.id).first(conn)?;
    /// assert_eq!(article.name, "first");
    /// let revert: Transaction = continuum_transaction::table
    ///     .find(4)
    ///     .select(Transaction::as_select())
    ///     .first(conn)?;
    /// assert_eq!(revert.meta.unwrap()["reverts"], 3);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    pub fn revert<C>(&self, conn: &mut C) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        self.reverting().execute(conn)
    }

    /// The revert of this transaction, to be tried, forced, or executed.
    pub fn reverting(&self) -> RevertTransaction {
        RevertTransaction::new(self.id)
    }
}

impl RevertTransaction {
    /// The revert of the transaction with this id.
    pub fn new(id: i64) -> Self {
        Self { id, force: false }
    }

    /// Reverts also where later changes are lost with it: rows that were changed again become what
    /// they were before the transaction, and of rows that refer to one that is deleted becomes
    /// what their foreign key says. The history keeps what they were.
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// What [`execute`](Self::execute) would do, and what is in its way. Changes nothing, and keeps
    /// nobody from writing meanwhile.
    ///
    /// # Errors
    ///
    /// [`NoTransaction`](HistoryError::NoTransaction) where it is not in the log, and what the
    /// database says.
    pub fn dry_run<C>(&self, conn: &mut C) -> Result<Preview, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        without_a_trace(conn, |conn| {
            let catalog = Catalog::load(conn)?;
            let (tables, mut obstacles) = self.tables(conn, &catalog)?;
            let plan = Plan::glance(conn, &catalog, &tables, Rows::ChangedBy(self.id), &())?;
            obstacles.extend(plan.obstacles(conn)?);
            let preview = Preview {
                changes: plan.row_changes(conn)?,
                conflicts: self.conflicts(conn, &plan)?,
                obstacles,
            };
            plan.forget(conn)?;
            Ok(preview)
        })
    }

    /// Reverts the transaction, and says how many rows have changed.
    ///
    /// # Errors
    ///
    /// As [`Transaction::revert`].
    pub fn execute<C>(&self, conn: &mut C) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let info = ChangeInfo::new().meta("reverts", self.id);
        C::Backend::isolate(conn)?;
        let reverted = conn.versioned_transaction(info, |conn| self.revert(conn));
        if let Err(HistoryError::Database(Error::DatabaseError(
            DatabaseErrorKind::UniqueViolation,
            _,
        ))) = reverted
        {
            // A row that is not there cannot be locked: somebody else has inserted it meanwhile.
            let conflicts = self.dry_run(conn)?.conflicts;
            if !self.force && !conflicts.is_empty() {
                return Err(HistoryError::Conflicts(conflicts));
            }
        }
        reverted
    }

    fn revert<C>(&self, conn: &mut C) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        C::Backend::write(conn)?;
        let catalog = Catalog::load(conn)?;
        let (tables, obstacles) = self.tables(conn, &catalog)?;
        let plan = Plan::make(conn, &catalog, &tables, Rows::ChangedBy(self.id), &())?;
        let reverted = self.carry_out(conn, &plan, obstacles);
        // After an error of the database, the transaction may refuse it, and takes it back itself.
        let forgotten = plan.forget(conn);
        let changed = reverted?;
        forgotten?;
        Ok(changed)
    }

    fn carry_out<C>(
        &self,
        conn: &mut C,
        plan: &Plan<'_>,
        mut obstacles: Vec<Obstacle>,
    ) -> Result<usize, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        if !self.force {
            let conflicts = self.conflicts(conn, plan)?;
            if !conflicts.is_empty() {
                return Err(HistoryError::Conflicts(conflicts));
            }
        }
        obstacles.extend(plan.obstacles(conn)?);
        if !obstacles.is_empty() {
            return Err(HistoryError::Obstacles(obstacles));
        }
        Ok(plan.apply(conn)?)
    }

    fn conflicts<C>(&self, conn: &mut C, plan: &Plan<'_>) -> QueryResult<Vec<Conflict>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut conflicts = plan.changed_after(conn, self.id)?;
        conflicts.extend(plan.still_referred_to(conn)?);
        Ok(conflicts)
    }

    /// The tables whose rows the transaction changed, without those that cannot go back.
    fn tables<'c, C>(
        &self,
        conn: &mut C,
        catalog: &'c Catalog,
    ) -> Result<(Vec<&'c Restorable>, Vec<Obstacle>), HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut tables = Vec::new();
        let mut obstacles = Vec::new();
        for table in self.touched(conn, catalog)? {
            if table.history.baseline_transaction_id == self.id {
                let transaction_id = self.id;
                let reason = Reason::BeforeHistory { transaction_id };
                obstacles.push(table.obstacle(None, reason));
            } else if table.is_recorded() {
                tables.push(table);
            } else {
                obstacles.push(table.obstacle(None, Reason::NotRecorded));
            }
        }
        Ok((tables, obstacles))
    }

    fn touched<'c, C>(
        &self,
        conn: &mut C,
        catalog: &'c Catalog,
    ) -> Result<Vec<&'c Restorable>, HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let id = self.id;
        let here = |word: &str| {
            format!(
                "SELECT '{word}' AS rule, NULL AS row_key, t.id AS transaction_id \
                 FROM continuum_transaction t WHERE t.id = {id}"
            )
        };
        if C::Backend::found(conn, here("here"))?.is_empty() {
            return Err(HistoryError::NoTransaction { id });
        }
        let histories: Vec<_> = catalog
            .tables
            .iter()
            .enumerate()
            .filter(|(_, table)| table.history.has_version_table)
            .collect();
        let mut touched = Vec::new();
        for some in histories.chunks(PARTS_OF_UNION) {
            let parts: Vec<_> = some
                .iter()
                .map(|(index, table)| {
                    format!(
                        "{} AND EXISTS (SELECT 1 FROM {} v WHERE v.transaction_id = {id})",
                        here(&index.to_string()),
                        table.history.version_table_sql
                    )
                })
                .collect();
            for found in C::Backend::found(conn, parts.join(" UNION ALL "))? {
                touched.extend(
                    some.iter()
                        .filter(|(index, _)| index.to_string() == found.rule)
                        .map(|(_, table)| *table),
                );
            }
        }
        Ok(touched)
    }
}

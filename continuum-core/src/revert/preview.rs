//! What a revert would do.

use super::plan::Plan;
use crate::backend::RecordingBackend;
use crate::error::{Conflict, HistoryError, Obstacle};
use crate::operation::Operation;
use diesel::connection::LoadConnection;
use diesel::result::{Error, QueryResult};
use std::fmt;

/// What a revert would do, and what is in its way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The rows that would change, by table and key.
    pub changes: Vec<RowChange>,
    /// Later changes that would be lost: only a forced revert does it.
    pub conflicts: Vec<Conflict>,
    /// Why it cannot be done at all.
    pub obstacles: Vec<Obstacle>,
}

/// A row that a revert would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// The schema of the table, on PostgreSQL.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The row, as a condition in SQL: `"id" = 1`.
    pub row: String,
    /// What would be done to it.
    pub operation: Operation,
    /// `transaction_id` of the version that it would become; `None` where it would be deleted,
    /// or would only be detached from its parent.
    pub version: Option<i64>,
}

impl fmt::Display for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        write!(f, "{}: {} of {}", self.table, self.operation, self.row)?;
        match self.version {
            Some(id) => write!(f, ", as transaction {id} left it"),
            None => Ok(()),
        }
    }
}

impl Plan<'_> {
    pub(crate) fn row_changes<C>(&self, conn: &mut C) -> QueryResult<Vec<RowChange>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut changes = Vec::new();
        for plan in self.tables.iter().filter(|plan| plan.changes() > 0) {
            let history = &plan.table.history;
            for found in plan.rows(conn, "continuum_kind NOT IN ('none', 'gone')")? {
                changes.push(RowChange {
                    schema: history.schema_name.clone(),
                    table: history.table_name.clone(),
                    row: found.row_key.unwrap_or_default(),
                    operation: match found.rule.as_str() {
                        "insert" => Operation::Insert,
                        "update" | "detach" => Operation::Update,
                        _ => Operation::Delete,
                    },
                    version: found.transaction_id,
                });
            }
        }
        Ok(changes)
    }
}

/// The result of a closure whose changes are taken back.
pub(crate) fn without_a_trace<C, T>(
    conn: &mut C,
    look: impl FnOnce(&mut C) -> Result<T, HistoryError>,
) -> Result<T, HistoryError>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    C::Backend::isolate(conn)?;
    let mut seen = None;
    let rolled_back = conn.transaction(|conn| {
        seen = Some(look(conn)?);
        Err::<(), _>(HistoryError::Database(Error::RollbackTransaction))
    });
    match (seen, rolled_back) {
        (Some(seen), Err(HistoryError::Database(Error::RollbackTransaction))) => Ok(seen),
        (_, Err(error)) => Err(error),
        (_, Ok(())) => Err(HistoryError::Database(Error::NotInTransaction)),
    }
}

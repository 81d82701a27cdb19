//! What is in the way of a plan, found before anything is written.

use super::catalog::{ForeignKey, Restorable};
use super::plan::{Plan, TablePlan};
use crate::backend::RecordingBackend;
use crate::error::{Conflict, Later, Obstacle, Reason};
use diesel::QueryResult;
use diesel::connection::LoadConnection;

impl Plan<'_> {
    /// Changes after this transaction, to the rows that it changed.
    pub(crate) fn changed_after<C>(
        &self,
        conn: &mut C,
        transaction_id: i64,
    ) -> QueryResult<Vec<Conflict>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut conflicts = Vec::new();
        for plan in &self.tables {
            let changed = format!(
                "SELECT 'changed' AS rule, {} AS row_key, continuum_newest AS transaction_id \
                 FROM {} x WHERE continuum_newest > {transaction_id} ORDER BY {}",
                plan.table.history.row_key,
                plan.name,
                plan.table.key.join(", ")
            );
            for found in C::Backend::found(conn, changed)? {
                let transaction_id = found.transaction_id.unwrap_or_default();
                conflicts.push(
                    plan.table
                        .conflict(found.row_key, Later::Change { transaction_id }),
                );
            }
        }
        Ok(conflicts)
    }

    /// Rows that refer to one that is to be deleted, and are neither deleted nor changed
    /// themselves.
    pub(crate) fn still_referred_to<C>(&self, conn: &mut C) -> QueryResult<Vec<Conflict>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut conflicts = Vec::new();
        for plan in self.tables.iter().filter(|plan| plan.deletes > 0) {
            let history = &plan.table.history;
            let to_it = self.catalog.foreign_keys.iter();
            for key in to_it.filter(|key| key.target == history.table_sql) {
                let staying = self.of(&key.table).map_or(String::new(), |other| {
                    format!(
                        " AND NOT EXISTS (SELECT 1 FROM {} d WHERE {} \
                         AND d.continuum_kind IN ('delete', 'update', 'detach'))",
                        other.again::<C::Backend>(),
                        C::Backend::same_key("d", "c", &other.table.key)
                    )
                });
                let referring = format!(
                    "SELECT DISTINCT 'referred to' AS rule, {} AS row_key, \
                     x.continuum_newest AS transaction_id \
                     FROM {} x JOIN {} y ON {} JOIN {} c ON {} \
                     WHERE x.continuum_kind = 'delete'{staying} ORDER BY row_key{}",
                    history.row_key,
                    plan.name,
                    history.table_sql,
                    C::Backend::same_key("x", "y", &plan.table.key),
                    key.table,
                    refers(key, "c", "y"),
                    self.lock_seen::<C::Backend>(),
                );
                for found in C::Backend::found(conn, referring)? {
                    let later = Later::Reference {
                        table: key.table_name.clone(),
                    };
                    conflicts.push(plan.table.conflict(found.row_key, later));
                }
            }
        }
        Ok(conflicts)
    }

    /// What keeps rows from being what they were.
    pub(crate) fn obstacles<C>(&self, conn: &mut C) -> QueryResult<Vec<Obstacle>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let mut obstacles = Vec::new();
        for plan in &self.tables {
            if plan.gone > 0 {
                let gone = plan.rows(conn, "continuum_kind = 'gone'")?;
                let gone = gone.into_iter().map(|found| found.row_key);
                obstacles.extend(gone.map(|row| plan.table.obstacle(row, Reason::NoVersion)));
            }
            obstacles.extend(plan.refused_columns());
            if plan.inserts + plan.updates > 0 {
                let from_it = self.catalog.foreign_keys.iter();
                let table = &plan.table.history.table_sql;
                for key in from_it.filter(|key| key.table == *table) {
                    self.missing_targets(conn, plan, key, &mut obstacles)?;
                }
            }
        }
        Ok(obstacles)
    }

    fn missing_targets<C>(
        &self,
        conn: &mut C,
        plan: &TablePlan<'_>,
        key: &ForeignKey,
        obstacles: &mut Vec<Obstacle>,
    ) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let kept = plan.table.kept();
        if !key.columns.iter().all(|(column, _)| kept.contains(column)) {
            // What the history does not keep stays as it is.
            return Ok(());
        }
        let not_null: Vec<_> = key
            .columns
            .iter()
            .map(|(column, _)| format!("x.{column} IS NOT NULL"))
            .collect();
        let coming = self.of(&key.target).filter(|other| {
            let kept = other.table.kept();
            other.inserts + other.updates > 0
                && key.columns.iter().all(|(_, column)| kept.contains(column))
        });
        let coming = coming.map_or(String::new(), |other| {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {} d JOIN {} s ON {} \
                 AND s.transaction_id = d.continuum_target \
                 WHERE d.continuum_kind IN ('insert', 'update') AND {})",
                other.again::<C::Backend>(),
                other.table.history.version_table_sql,
                C::Backend::same_key("d", "s", &other.table.key),
                refers(key, "x", "s"),
            )
        });
        let missing = format!(
            "SELECT 'no target' AS rule, {} AS row_key, x.transaction_id \
             FROM {} m JOIN {} x ON {} AND x.transaction_id = m.continuum_target \
             WHERE m.continuum_kind IN ('insert', 'update') AND {} \
             AND NOT EXISTS (SELECT 1 FROM {} r WHERE {}{}){coming} ORDER BY row_key",
            plan.table.history.row_key,
            plan.name,
            plan.table.history.version_table_sql,
            C::Backend::same_key("m", "x", &plan.table.key),
            not_null.join(" AND "),
            key.target,
            refers(key, "x", "r"),
            self.lock_seen::<C::Backend>(),
        );
        for found in C::Backend::found(conn, missing)? {
            let reason = Reason::NoTarget {
                columns: key.column_names(),
                target: key.target_name.clone(),
            };
            obstacles.push(plan.table.obstacle(found.row_key, reason));
        }
        Ok(())
    }
}

impl TablePlan<'_> {
    /// Columns that a statement of the plan would have to set and cannot, or cannot leave out.
    fn refused_columns(&self) -> Vec<Obstacle> {
        let mut generated = Vec::new();
        let mut unknown = Vec::new();
        if self.updates > 0 {
            generated = self.table.refused_by_update();
        }
        if self.inserts > 0 {
            unknown = self.table.unknown();
            let more = self.table.refused_by_insert();
            generated.extend(more);
            generated.sort();
            generated.dedup();
        }
        let generated = generated
            .into_iter()
            .map(|column| Reason::Generated { column });
        let unknown = unknown
            .into_iter()
            .map(|column| Reason::NoDefault { column });
        generated
            .chain(unknown)
            .map(|reason| self.table.obstacle(None, reason))
            .collect()
    }
}

impl Restorable {
    fn conflict(&self, row: Option<String>, later: Later) -> Conflict {
        Conflict {
            schema: self.history.schema_name.clone(),
            table: self.history.table_name.clone(),
            row: row.unwrap_or_default(),
            later,
        }
    }

    pub(crate) fn obstacle(&self, row: Option<String>, reason: Reason) -> Obstacle {
        Obstacle {
            schema: self.history.schema_name.clone(),
            table: self.history.table_name.clone(),
            row,
            reason,
        }
    }
}

/// Whether the row `from` refers to the row `to`.
pub(crate) fn refers(key: &ForeignKey, from: &str, to: &str) -> String {
    let pairs: Vec<_> = key
        .columns
        .iter()
        .map(|(column, target)| format!("{from}.{column} = {to}.{target}"))
        .collect();
    pairs.join(" AND ")
}

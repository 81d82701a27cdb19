//! A plan carried out, in an order that foreign keys and unique columns allow: rows are detached,
//! what can go at once goes, then rows change, then rows come back, and what had to wait for that goes last.

use super::check::refers;
use super::path;
use super::plan::{Plan, TablePlan};
use super::reach::{DETACHED, Detached};
use super::statement::run;
use crate::backend::RecordingBackend;
use diesel::QueryResult;
use diesel::connection::LoadConnection;

impl Plan<'_> {
    /// Brings the rows back, and says how many have changed.
    pub(crate) fn apply<C>(&self, conn: &mut C) -> QueryResult<usize>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let tables: Vec<_> = self.tables.iter().map(|plan| plan.table).collect();
        let undo = C::Backend::defer(conn, &self.catalog.deferrable(&tables))?;
        let applied = self.in_order(conn);
        if !undo.is_empty() {
            // After an error the transaction may refuse it, and takes it back itself.
            let undone = conn.batch_execute(&undo);
            if applied.is_ok() {
                undone?;
            }
        }
        applied?;
        let changes: i64 = self.tables.iter().map(TablePlan::changes).sum();
        Ok(usize::try_from(changes).unwrap_or_default())
    }

    fn in_order<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let tables: Vec<_> = self.tables.iter().map(|plan| plan.table).collect();
        let targets_first = self.catalog.targets_first(&tables);
        let plans = || targets_first.iter().map(|index| &self.tables[*index]);

        if C::Backend::READS_VERSIONS_APART {
            for plan in plans().filter(|plan| plan.updates + plan.inserts > 0) {
                conn.batch_execute(&copy_versions::<C::Backend>(plan))?;
            }
        }
        for detached in &self.detached {
            let plan = &self.tables[detached.table];
            if plan.detaches > 0 {
                run(conn, detach(plan, detached))?;
            }
        }
        let mut deletes = Vec::new();
        for plan in plans().rev().filter(|plan| plan.deletes > 0) {
            let condition = self.nobody_refers::<C::Backend>(plan);
            let deleted = repeated(conn, plan.deletes, &delete(plan, &condition))?;
            if deleted < plan.deletes {
                deletes.push(plan);
            }
        }
        let mut updates = Vec::new();
        for plan in plans().filter(|plan| plan.updates > 0) {
            let condition = self.targets_are_there::<C::Backend>(plan);
            let updated = run(conn, update::<C::Backend>(plan, &condition))?;
            if updated < plan.updates {
                updates.push(plan);
            }
        }
        let mut inserts = Vec::new();
        for plan in plans().filter(|plan| plan.inserts > 0) {
            if C::Backend::CHECKS_EACH_ROW {
                let condition = self.targets_are_there::<C::Backend>(plan) + &is_not_there(plan);
                let inserted =
                    repeated(conn, plan.inserts, &insert::<C::Backend>(plan, &condition))?;
                if inserted < plan.inserts {
                    inserts.push(plan);
                }
            } else {
                run(conn, insert::<C::Backend>(plan, ""))?;
            }
        }
        for plan in inserts {
            run(conn, insert::<C::Backend>(plan, &is_not_there(plan)))?;
        }
        for plan in updates {
            run(conn, update::<C::Backend>(plan, ""))?;
        }
        for plan in deletes {
            run(conn, delete(plan, ""))?;
        }
        Ok(())
    }

    /// That no row of a table of the plan refers to the row. Others are the foreign key's business.
    fn nobody_refers<DB: RecordingBackend>(&self, plan: &TablePlan<'_>) -> String {
        let table = &plan.table.history.table_sql;
        let to_it = self.catalog.foreign_keys.iter();
        let conditions = to_it.filter(|key| key.target == *table && self.of(&key.table).is_some());
        conditions
            .map(|key| {
                let another = if key.table == *table {
                    format!(" AND NOT ({})", DB::same_key("c", table, &plan.table.key))
                } else {
                    String::new()
                };
                let from = if key.table == *table {
                    let own = key.columns.iter().map(|(column, _)| column);
                    let columns = union(&plan.table.key, own);
                    DB::itself(table, &columns)
                } else {
                    key.table.clone()
                };
                format!(
                    " AND NOT EXISTS (SELECT 1 FROM {from} c WHERE {}{another})",
                    refers(key, "c", table)
                )
            })
            .collect()
    }

    /// That the row, with the values of the version `x`, refers to none that has yet to come back.
    fn targets_are_there<DB: RecordingBackend>(&self, plan: &TablePlan<'_>) -> String {
        let table = &plan.table.history.table_sql;
        let kept = plan.table.kept();
        let from_it = self.catalog.foreign_keys.iter();
        let conditions = from_it.filter(|key| {
            key.table == *table
                && self.of(&key.target).is_some_and(|other| other.inserts > 0)
                && key.columns.iter().all(|(column, _)| kept.contains(column))
        });
        conditions
            .map(|key| {
                let nothing: String = key
                    .columns
                    .iter()
                    .map(|(column, _)| format!("x.{column} IS NULL OR "))
                    .collect();
                let from = if key.target == *table {
                    let targets = key.columns.iter().map(|(_, target)| target);
                    DB::itself(table, &union(&[], targets))
                } else {
                    key.target.clone()
                };
                format!(
                    " AND ({nothing}EXISTS (SELECT 1 FROM {from} r WHERE {}))",
                    refers(key, "x", "r")
                )
            })
            .collect()
    }
}

/// Runs a statement that leaves rows out which wait for others of their table, and once more for
/// these where that is how foreign keys are checked: from generation to generation. Says how many
/// rows it changed.
fn repeated<C>(conn: &mut C, wanted: i64, statement: &str) -> QueryResult<i64>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    let mut all = 0;
    loop {
        let changed = run(conn, statement.to_owned())?;
        all += changed;
        if changed == 0 || all >= wanted || !C::Backend::CHECKS_EACH_ROW {
            return Ok(all);
        }
    }
}

/// These columns, each once.
fn union<'s>(some: &'s [String], others: impl Iterator<Item = &'s String>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for column in some.iter().chain(others) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    columns
}

/// That the row has not come back yet.
fn is_not_there(plan: &TablePlan<'_>) -> String {
    let key = plan.table.key.join(", ");
    let of_m: Vec<_> = plan
        .table
        .key
        .iter()
        .map(|key| format!("m.{key}"))
        .collect();
    format!(
        " AND ({}) NOT IN (SELECT {key} FROM {})",
        of_m.join(", "),
        plan.table.history.table_sql
    )
}

/// The statement that copies the versions which the rows become.
fn copy_versions<DB: RecordingBackend>(plan: &TablePlan<'_>) -> String {
    let history = &plan.table.history;
    format!(
        "{} SELECT x.* FROM {} m JOIN {} x ON {} AND x.transaction_id = m.continuum_target \
         WHERE m.continuum_kind IN ('insert', 'update')",
        DB::create_temporary(&plan.versions(), &plan.table.key.join(", ")),
        plan.name,
        history.version_table_sql,
        DB::same_key("m", "x", &plan.table.key)
    )
}

fn detach(plan: &TablePlan<'_>, detached: &Detached) -> String {
    let key = plan.table.key.join(", ");
    format!(
        "UPDATE {} SET {} = NULL WHERE ({key}) IN \
         (SELECT {key} FROM {} WHERE continuum_kind = 'detach') AND ({key}) IN \
         (SELECT {key} FROM {} WHERE continuum_how = {DETACHED})",
        plan.table.history.table_sql,
        detached.column,
        plan.name,
        path::of_path(detached.path),
    )
}

fn delete(plan: &TablePlan<'_>, condition: &str) -> String {
    let key = plan.table.key.join(", ");
    format!(
        "DELETE FROM {} WHERE ({key}) IN \
         (SELECT {key} FROM {} WHERE continuum_kind = 'delete'){condition}",
        plan.table.history.table_sql, plan.name
    )
}

fn update<DB: RecordingBackend>(plan: &TablePlan<'_>, condition: &str) -> String {
    let history = &plan.table.history;
    let key = &plan.table.key;
    DB::update_from(
        &history.table_sql,
        &plan.table.updated(),
        &versions::<DB>(plan),
        &format!(
            "{} AND m.continuum_kind = 'update'{condition}",
            DB::same_key(&history.table_sql, "m", key)
        ),
    )
}

fn insert<DB: RecordingBackend>(plan: &TablePlan<'_>, condition: &str) -> String {
    let columns = plan.table.kept();
    let values: Vec<_> = columns.iter().map(|column| format!("x.{column}")).collect();
    format!(
        "INSERT INTO {} ({}){} SELECT {} FROM {} WHERE m.continuum_kind = 'insert'{condition}",
        plan.table.history.table_sql,
        columns.join(", "),
        DB::INSERT_GENERATED_KEYS,
        values.join(", "),
        versions::<DB>(plan)
    )
}

/// The rows `m` of the plan with the versions `x` that they become.
fn versions<DB: RecordingBackend>(plan: &TablePlan<'_>) -> String {
    let versions = if DB::READS_VERSIONS_APART {
        plan.versions()
    } else {
        plan.table.history.version_table_sql.clone()
    };
    format!(
        "{} m JOIN {versions} x ON {} AND x.transaction_id = m.continuum_target",
        plan.name,
        DB::same_key("m", "x", &plan.table.key)
    )
}

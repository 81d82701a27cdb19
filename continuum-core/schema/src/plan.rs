//! From what is installed to what is wanted, as steps that carry their own undo.

use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::log::Log;
use crate::names;
use crate::versioned::VersionedTable;

/// One change of the database: what it is for, the SQL that makes it, the SQL that takes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// One line or more, for the reader of the migration.
    pub comment: String,
    /// Statements, each ended by `;`; empty where there is only something to take back.
    pub up: String,
    /// Statements, each ended by `;`; empty when the undo of an earlier step takes this one along.
    pub down: String,
}

/// What the first version of rows that are already there is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The migration writes one version for each row, in one transaction that says so.
    Rows,
    /// The migration writes none; a row gets its first version when it is first changed.
    None,
}

/// What is versioned, and what holds for all of it.
#[derive(Debug, Clone, Copy)]
pub struct Histories<'a> {
    /// The versioned tables.
    pub tables: &'a [VersionedTable],
    /// What holds for all of them.
    pub log: &'a Log,
}

/// The steps of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The engine whose SQL the steps are.
    pub dialect: Dialect,
    /// In the order in which they are applied.
    pub steps: Vec<Step>,
}

impl Plan {
    /// What leads from the installed tables to the wanted ones; `installed` is `None` where no
    /// migration of continuum's has been written yet.
    ///
    /// A table that is no longer wanted is no longer recorded; its history stays.
    pub fn between(
        installed: Option<&[VersionedTable]>,
        wanted: &[VersionedTable],
        dialect: Dialect,
        baseline: Baseline,
    ) -> Result<Self, Vec<Error>> {
        let log = &Log::default();
        let installed = installed.map(|tables| Histories { tables, log });
        let wanted = Histories {
            tables: wanted,
            log,
        };
        Self::between_histories(installed, wanted, dialect, baseline)
    }

    /// The same, with what holds for all tables.
    pub fn between_histories(
        installed: Option<Histories<'_>>,
        wanted: Histories<'_>,
        dialect: Dialect,
        baseline: Baseline,
    ) -> Result<Self, Vec<Error>> {
        let before = installed.map_or(&[][..], |installed| installed.tables);
        let no_log = Log::default();
        let (old_log, log) = (installed.map_or(&no_log, |i| i.log), wanted.log);
        check(wanted.tables, dialect)?;
        check_columns(old_log, log, dialect)?;
        let wanted = wanted.tables;
        let was = |table: &VersionedTable| {
            before
                .iter()
                .find(|earlier| earlier.table.name == table.table.name)
        };
        let (kept, added): (Vec<_>, Vec<_>) = wanted.iter().partition(|table| was(table).is_some());
        let dropped: Vec<_> = before
            .iter()
            .filter(|earlier| wanted.iter().all(|t| t.table.name != earlier.table.name))
            .collect();

        let mut steps = Vec::new();
        let mut errors = Vec::new();
        // Whose triggers are made anew by down.sql.
        let mut recorded_again = dropped.clone();
        if installed.is_none() && !added.is_empty() {
            steps.push(dialect.create_log(log));
        }
        if installed.is_some() {
            steps.extend(dialect.alter_log(old_log, log));
        }
        for table in &dropped {
            steps.push(dialect.stop(table, old_log));
        }
        for table in kept {
            if let Some(earlier) = was(table).filter(|was| *was != table || old_log != log) {
                match dialect.alter_version((earlier, old_log), (table, log)) {
                    Ok(more) => {
                        if !more.is_empty() {
                            recorded_again.push(earlier);
                        }
                        steps.extend(more);
                    }
                    Err(error) => errors.push(error),
                }
            }
        }
        match dialect.know_tables((before, old_log), (wanted, log)) {
            None => {
                for table in &added {
                    steps.push(dialect.create_version(table));
                    steps.push(dialect.create_triggers(table, log));
                }
            }
            // Before the first trigger that relies on it.
            Some(all) => {
                steps.extend(added.iter().map(|table| dialect.create_version(table)));
                steps.push(all);
                steps.extend(
                    added
                        .iter()
                        .map(|table| dialect.create_triggers(table, log)),
                );
            }
        }
        if !added.is_empty() {
            steps.push(dialect.start(&added, baseline));
        }
        if installed.is_some() && old_log != log {
            // Nothing is guarded while it changes.
            let before: Vec<_> = before.iter().collect();
            let unguarded = undone(dialect.guards(old_log, &before, true));
            steps.splice(0..0, unguarded);
            let after: Vec<_> = wanted.iter().chain(dropped).collect();
            steps.extend(dialect.guards(log, &after, true));
            // Unless it is run again after it has failed, and its guards are there.
            if (old_log.append_only || log.append_only) && dialect.ddl_commits() {
                allow_changes(&mut steps, dialect);
            }
        } else if !steps.is_empty() {
            let is_guarded =
                log.append_only || dialect.refuses_by_version() && !log.require.is_empty();
            if installed.is_some() && is_guarded {
                allow_changes(&mut steps, dialect);
            }
            if !added.is_empty() {
                steps.extend(dialect.guards(log, &added, installed.is_none()));
            }
        }
        steps.extend(dialect.can_be_taken_back(&recorded_again));
        if errors.is_empty() {
            Ok(Self { dialect, steps })
        } else {
            Err(errors)
        }
    }

    /// What branches that are merged have left to do: `behind` are the tables that were installed while
    /// something else was refused, each with what that was; `unshared` are all tables, where what they
    /// share does not know all of them.
    pub fn catching_up(
        behind: &[(&VersionedTable, &Log)],
        unshared: Option<&[VersionedTable]>,
        log: &Log,
        dialect: Dialect,
    ) -> Result<Self, Vec<Error>> {
        let shared = unshared.and_then(|tables| dialect.know_all_tables(tables, log));
        let mut steps: Vec<Step> = shared.into_iter().collect();
        let mut errors = Vec::new();
        for (table, old_log) in behind {
            steps.extend(undone(dialect.guards(old_log, &[table], false)));
            match dialect.alter_version((table, old_log), (table, log)) {
                Ok(more) => steps.extend(more),
                Err(error) => errors.push(error),
            }
            steps.extend(dialect.guards(log, &[table], false));
        }
        let tables: Vec<_> = behind.iter().map(|(table, _)| *table).collect();
        steps.extend(dialect.can_be_taken_back(&tables));
        if errors.is_empty() {
            Ok(Self { dialect, steps })
        } else {
            Err(errors)
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The migration's `up.sql`.
    pub fn up_sql(&self) -> String {
        self.script(
            self.steps
                .iter()
                .filter(|step| !step.up.is_empty())
                .map(|step| (&step.comment, &step.up)),
        )
    }

    /// The migration's `down.sql`: the undo of the steps, the last one first.
    pub fn down_sql(&self) -> String {
        self.script(
            self.steps
                .iter()
                .rev()
                .filter(|step| !step.down.is_empty())
                .map(|step| (&step.comment, &step.down)),
        )
    }

    /// A hash of everything that the migration does.
    pub fn fingerprint(&self) -> String {
        let all: String = self
            .steps
            .iter()
            .flat_map(|step| [step.up.as_str(), "\0", step.down.as_str(), "\0"])
            .collect();
        format!("{:016x}", names::fnv1a(all.as_bytes()))
    }

    fn script<'a>(&self, parts: impl Iterator<Item = (&'a String, &'a String)>) -> String {
        let mut sql = format!(
            "-- Written by continuum for {}. continuum: {}\n",
            self.dialect,
            self.fingerprint()
        );
        for (comment, statements) in parts {
            sql.push('\n');
            for line in comment.lines() {
                sql.push_str("-- ");
                sql.push_str(line);
                sql.push('\n');
            }
            sql.push_str(statements.trim_end());
            sql.push('\n');
        }
        sql
    }
}

/// Lets the steps change histories that are only added to.
fn allow_changes(steps: &mut Vec<Step>, dialect: Dialect) {
    let (begin, end) = dialect.maintenance();
    let allowed = Step {
        comment: "Until it says otherwise, this migration may change the history.".to_owned(),
        up: begin.to_owned(),
        down: end.to_owned(),
    };
    steps.insert(0, allowed.clone());
    steps.extend(undone(vec![allowed]));
}

/// The steps that take these back.
fn undone(steps: Vec<Step>) -> Vec<Step> {
    let swapped = steps.into_iter().rev().map(|step| Step {
        comment: step.comment,
        up: step.down,
        down: step.up,
    });
    swapped.collect()
}

fn check(wanted: &[VersionedTable], dialect: Dialect) -> Result<(), Vec<Error>> {
    let mut errors = Vec::new();
    for (index, table) in wanted.iter().enumerate() {
        let version_table = &table.version_table;
        let taken = wanted.iter().enumerate().any(|(other, t)| {
            t.table.name == *version_table || (other < index && t.version_table == *version_table)
        });
        if taken {
            errors.push(Error::VersionTableTaken {
                table: table.table.name.clone(),
                version_table: version_table.clone(),
            });
        }
        if table.table.name.schema.is_some() && !dialect.has_schemas() {
            errors.push(Error::OtherSchema {
                table: table.table.name.clone(),
            });
        }
        if !dialect.identifier_limit().holds(&version_table.name) {
            errors.push(Error::VersionTableNameTooLong {
                table: table.table.name.clone(),
                version_table: version_table.name.clone(),
            });
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn check_columns(before: &Log, after: &Log, dialect: Dialect) -> Result<(), Vec<Error>> {
    let errors: Vec<_> = after
        .columns
        .iter()
        .filter_map(|column| {
            let was = before.columns.iter().find(|was| was.is(column));
            let change = was.and_then(|was| column.check_change(was));
            change.or_else(|| dialect.check_log_column(column).err())
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

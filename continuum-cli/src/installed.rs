//! What the migrations that are there have installed: their state files, one after the other.

use crate::config::Engine;
use crate::error::{Error, Result};
use crate::migration_dir::{Migration, MigrationDir};
use crate::state::{Described, DescribedLog, Known, State, Stopped};
use continuum_schema::{LOG_TABLE, Log, TableName, VersionedTable};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What the migrations have installed.
#[derive(Debug)]
pub(crate) struct Installed {
    /// What the migrations are for.
    engine: Engine,
    /// What is versioned now.
    tables: Vec<Recorded>,
    /// Version tables that are there without being written to.
    kept: Vec<Kept>,
    /// The migration that makes the transaction log.
    creates_log: Option<PathBuf>,
    /// What holds for all tables now, and who described it last.
    log: Log,
    log_described: Option<(PathBuf, String)>,
    /// All that has ever held, by the fingerprint of the migration that described it.
    logs: Vec<(String, Log)>,
    /// The tables that what they share knows, each by the migration that described it.
    shared: Vec<(TableName, String)>,
    /// The migration that last described the log of which what they share knows.
    shared_under: Option<String>,
}

#[derive(Debug)]
struct Recorded {
    table: VersionedTable,
    /// Who described it last, and the fingerprint of that migration.
    migration: PathBuf,
    fingerprint: String,
    /// Under which description of the log it stands.
    under: Option<String>,
}

#[derive(Debug)]
struct Kept {
    version_table: TableName,
    stopped_by: PathBuf,
}

impl Installed {
    /// `None` where no migration is of continuum's.
    pub(crate) fn read(dir: &MigrationDir) -> Result<Option<Self>> {
        let mut installed: Option<Self> = None;
        for migration in dir.migrations() {
            let Some(state) = migration.state()? else {
                continue;
            };
            let so_far = installed.get_or_insert_with(|| Self {
                engine: Engine::new(state.dialect, migration.state_path().display().to_string()),
                tables: Vec::new(),
                kept: Vec::new(),
                creates_log: None,
                log: Log::default(),
                log_described: None,
                logs: Vec::new(),
                shared: Vec::new(),
                shared_under: None,
            });
            so_far.apply(migration, state)?;
        }
        Ok(installed)
    }

    /// What the migrations are for.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is versioned now.
    pub(crate) fn tables(&self) -> Vec<VersionedTable> {
        let tables = self.tables.iter();
        tables.map(|recorded| recorded.table.clone()).collect()
    }

    /// The tables as they are wanted, with what their version tables keep from before.
    pub(crate) fn followed_by(&self, wanted: &[VersionedTable]) -> Vec<VersionedTable> {
        let wanted = wanted.iter().map(|table| {
            let before = self.find(&table.table.name);
            let before = before.map(|index| &self.tables[index].table);
            table.clone().following(before)
        });
        wanted.collect()
    }

    /// What holds for all of it.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// The tables that do not refuse what all tables refuse now, each with what it does refuse: they
    /// come from a branch that did not know of it.
    pub(crate) fn behind(&self) -> Vec<(&VersionedTable, &Log)> {
        let tables = self.tables.iter();
        tables
            .map(|recorded| (&recorded.table, self.log_under(recorded.under.as_deref())))
            .filter(|(_, log)| !log.refuses_what(&self.log))
            .collect()
    }

    /// Whether what all tables share, where there is such a thing, does not know all of them as they
    /// are: they come from branches that did not know of each other.
    pub(crate) fn is_unshared(&self) -> bool {
        let knows = |recorded: &Recorded| {
            let mut shared = self.shared.iter();
            shared.any(|(table, fingerprint)| {
                *table == recorded.table.table.name && *fingerprint == recorded.fingerprint
            })
        };
        let under = self.log_under(self.shared_under.as_deref());
        self.engine.dialect.shares()
            && (self.shared.len() != self.tables.len()
                || !self.tables.iter().all(knows)
                || under.columns != self.log.columns)
    }

    fn log_under(&self, fingerprint: Option<&str>) -> &Log {
        static NONE: LazyLock<Log> = LazyLock::new(Log::default);
        let logs = self.logs.iter();
        logs.rev()
            .find(|(described, _)| Some(described.as_str()) == fingerprint)
            .map_or(&NONE, |(_, log)| log)
    }

    /// The fingerprint of the migration that described that last, if one did.
    pub(crate) fn log_fingerprint(&self) -> Option<&str> {
        let described = self.log_described.as_ref();
        described.map(|(_, fingerprint)| fingerprint.as_str())
    }

    /// The fingerprint of the migration that described this table last.
    pub(crate) fn fingerprint(&self, table: &TableName) -> Option<&str> {
        self.find(table)
            .map(|index| self.tables[index].fingerprint.as_str())
    }

    /// Of a version table that is no longer written to: the migration that stopped it.
    pub(crate) fn stopped_by(&self, version_table: &TableName) -> Option<&Path> {
        self.kept
            .iter()
            .find(|kept| kept.version_table == *version_table)
            .map(|kept| kept.stopped_by.as_path())
    }

    fn apply(&mut self, migration: &Migration, state: State) -> Result<()> {
        let engine = Engine::new(state.dialect, migration.state_path().display().to_string());
        engine.check(&self.engine)?;
        if state.creates_log {
            if let Some(earlier) = &self.creates_log {
                return Err(Error::TwoLogs {
                    migration: migration.path().to_owned(),
                    earlier: earlier.clone(),
                });
            }
            self.creates_log = Some(migration.path().to_owned());
        }
        self.share(&state);
        let under = match state.log {
            Some(described) => {
                self.describe_log(migration, &state.fingerprint, described, &state.known)?;
                Some(state.fingerprint.clone())
            }
            None => state.after_log,
        };
        for stopped in state.stopped {
            self.stop(migration, &stopped)?;
        }
        for described in state.tables {
            let (fingerprint, under) = (state.fingerprint.clone(), under.clone());
            self.describe(migration, fingerprint, under, described)?;
        }
        Ok(())
    }

    /// What all tables share is written by whatever migration changes a table, for those it knows.
    fn share(&mut self, state: &State) {
        let is_described = |table: &TableName| {
            let mut described = state.tables.iter();
            described.any(|it| it.table.table.name == *table)
        };
        let is_stopped = |table: &TableName| state.stopped.iter().any(|it| it.table == *table);
        self.shared_under = match state.log {
            Some(_) => Some(state.fingerprint.clone()),
            None => state.after_log.clone(),
        };
        let known = state.known.iter();
        let known = known.map(|known| (known.table.clone(), known.previous.clone()));
        let described = state.tables.iter();
        self.shared = known
            .filter(|(table, _)| !is_described(table) && !is_stopped(table))
            .chain(described.map(|it| (it.table.table.name.clone(), state.fingerprint.clone())))
            .collect();
    }

    fn describe_log(
        &mut self,
        migration: &Migration,
        fingerprint: &str,
        described: DescribedLog,
        known: &[Known],
    ) -> Result<()> {
        if self.log_fingerprint() != described.previous.as_deref() {
            let migration = migration.path().to_owned();
            let table = TableName {
                schema: None,
                name: LOG_TABLE.to_owned(),
            };
            return Err(match &self.log_described {
                Some((earlier, _)) => Error::TwoDescribe {
                    migration,
                    earlier: earlier.clone(),
                    table,
                },
                None => Error::PreviousIsGone { migration, table },
            });
        }
        // It has written the triggers of these tables again, as they were then.
        for known in known {
            self.check_previous(migration, &known.table, Some(&known.previous))?;
            if let Some(index) = self.find(&known.table) {
                self.tables[index].under = Some(fingerprint.to_owned());
            }
        }
        self.logs
            .push((fingerprint.to_owned(), described.log.clone()));
        self.log = described.log;
        self.log_described = Some((migration.path().to_owned(), fingerprint.to_owned()));
        Ok(())
    }

    fn describe(
        &mut self,
        migration: &Migration,
        fingerprint: String,
        under: Option<String>,
        described: Described,
    ) -> Result<()> {
        let name = described.table.table.name.clone();
        self.check_previous(migration, &name, described.previous.as_deref())?;
        self.check_log(migration, &name, under.as_deref())?;
        let before = self.find(&name).map(|index| &self.tables[index].table);
        let recorded = Recorded {
            table: described.table.following(before),
            migration: migration.path().to_owned(),
            fingerprint,
            under,
        };
        match self.find(&name) {
            Some(index) => self.tables[index] = recorded,
            None => self.tables.push(recorded),
        }
        Ok(())
    }

    fn stop(&mut self, migration: &Migration, stopped: &Stopped) -> Result<()> {
        self.check_previous(migration, &stopped.table, Some(&stopped.previous))?;
        if let Some(index) = self.find(&stopped.table) {
            let recorded = self.tables.remove(index);
            self.kept.push(Kept {
                version_table: recorded.table.version_table,
                stopped_by: migration.path().to_owned(),
            });
        }
        Ok(())
    }

    /// A migration holds only after the one that it was written after. Branches that change the
    /// same table differ here when they are merged.
    fn check_previous(
        &self,
        migration: &Migration,
        table: &TableName,
        previous: Option<&str>,
    ) -> Result<()> {
        let now = self.find(table).map(|index| &self.tables[index]);
        if now.map(|recorded| recorded.fingerprint.as_str()) == previous {
            return Ok(());
        }
        let migration = migration.path().to_owned();
        let table = table.clone();
        Err(match now {
            Some(recorded) => Error::TwoDescribe {
                migration,
                earlier: recorded.migration.clone(),
                table,
            },
            None => Error::PreviousIsGone { migration, table },
        })
    }

    /// A migration that changes a table writes its triggers, with what is refused. One that did not
    /// know what another branch has changed of that would take it back.
    fn check_log(
        &self,
        migration: &Migration,
        table: &TableName,
        under: Option<&str>,
    ) -> Result<()> {
        let Some(now) = self.find(table).map(|index| &self.tables[index]) else {
            return Ok(());
        };
        match &self.log_described {
            Some((earlier, newest))
                if now.under.as_deref() != under && Some(newest.as_str()) != under =>
            {
                Err(Error::TwoDescribe {
                    migration: migration.path().to_owned(),
                    earlier: earlier.clone(),
                    table: table.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    fn find(&self, table: &TableName) -> Option<usize> {
        let mut tables = self.tables.iter();
        tables.position(|recorded| recorded.table.table.name == *table)
    }
}

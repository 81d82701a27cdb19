//! What the migrations that are there have installed: their state files, one after the other.

use crate::config::Engine;
use crate::error::{Error, Result};
use crate::migration_dir::{Migration, MigrationDir};
use crate::state::{Described, DescribedLog, State, Stopped};
use continuum_schema::{LOG_TABLE, Log, TableName, VersionedTable};
use std::path::{Path, PathBuf};

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
}

#[derive(Debug)]
struct Recorded {
    table: VersionedTable,
    /// Who described it last, and the fingerprint of that migration.
    migration: PathBuf,
    fingerprint: String,
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

    /// What holds for all of it.
    pub(crate) fn log(&self) -> &Log {
        &self.log
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
        if let Some(described) = state.log {
            self.describe_log(migration, &state.fingerprint, described)?;
        }
        for stopped in state.stopped {
            self.stop(migration, &stopped)?;
        }
        for described in state.tables {
            self.describe(migration, &state.fingerprint, described)?;
        }
        Ok(())
    }

    fn describe_log(
        &mut self,
        migration: &Migration,
        fingerprint: &str,
        described: DescribedLog,
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
        self.log = described.log;
        self.log_described = Some((migration.path().to_owned(), fingerprint.to_owned()));
        Ok(())
    }

    fn describe(
        &mut self,
        migration: &Migration,
        fingerprint: &str,
        described: Described,
    ) -> Result<()> {
        let name = described.table.table.name.clone();
        self.check_previous(migration, &name, described.previous.as_deref())?;
        let recorded = Recorded {
            table: described.table,
            migration: migration.path().to_owned(),
            fingerprint: fingerprint.to_owned(),
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

    fn find(&self, table: &TableName) -> Option<usize> {
        let mut tables = self.tables.iter();
        tables.position(|recorded| recorded.table.table.name == *table)
    }
}

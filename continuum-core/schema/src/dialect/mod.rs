//! The engines. Each has a file with the same functions in the same order.

mod follow;
mod mysql;
mod postgres;
mod sqlite;

use crate::error::{Error, Result};
use crate::log::{Log, Required};
use crate::log_column::LogColumn;
use crate::names::Limit;
use crate::plan::{Baseline, Step};
use crate::versioned::VersionedTable;
use crate::write::{list, literal};
use std::fmt;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite, from 3.35.
    Sqlite,
    /// PostgreSQL, from 14.
    Postgres,
    /// MySQL, from 8.0.23, and MariaDB, from 10.6.
    MySql,
}

impl Dialect {
    /// All engines.
    pub const ALL: &[Self] = &[Self::Sqlite, Self::Postgres, Self::MySql];

    /// The word for the engine in features, options and file names: Diesel's.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }

    /// The engine of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|dialect| dialect.as_str() == word)
    }

    /// Whether triggers fire for rows that a foreign key changes or deletes.
    /// MySQL: <https://dev.mysql.com/doc/refman/8.0/en/create-trigger.html>
    pub fn follows_foreign_keys(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MySql => false,
        }
    }

    /// Whether tables may be in schemas that the connection has not as its own.
    pub(crate) fn has_schemas(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            // A schema is a database, and has a log of its own.
            Self::MySql => false,
        }
    }

    pub(crate) fn identifier_limit(self) -> Limit {
        match self {
            Self::Sqlite => sqlite::IDENTIFIER_LIMIT,
            Self::Postgres => postgres::IDENTIFIER_LIMIT,
            Self::MySql => mysql::IDENTIFIER_LIMIT,
        }
    }

    /// The transaction log and what all versioned tables share.
    pub(crate) fn create_log(self, log: &Log) -> Step {
        match self {
            Self::Sqlite => sqlite::create_log(log),
            Self::Postgres => postgres::create_log(log),
            Self::MySql => mysql::create_log(log),
        }
    }

    /// What all versioned tables share, after a change of what holds for them.
    pub(crate) fn alter_log(self, before: &Log, after: &Log) -> Vec<Step> {
        match self {
            Self::Sqlite => sqlite::alter_log(before, after),
            Self::Postgres => postgres::alter_log(before, after),
            Self::MySql => mysql::alter_log(before, after),
        }
    }

    /// Whether the transaction log can have this column of the application's own.
    pub(crate) fn check_log_column(self, column: &LogColumn) -> Result<(), Error> {
        match self {
            Self::Sqlite => sqlite::check_log_column(column),
            Self::Postgres => postgres::check_log_column(column),
            Self::MySql => mysql::check_log_column(column),
        }
    }

    /// What refuses writes to these tables or their histories, and with them to the log.
    pub(crate) fn guards(self, log: &Log, tables: &[&VersionedTable], with_log: bool) -> Vec<Step> {
        match self {
            Self::Sqlite => sqlite::guards(log, tables, with_log),
            Self::Postgres => postgres::guards(log, tables, with_log),
            Self::MySql => mysql::guards(log, tables, with_log),
        }
    }

    /// Whether it is with each version, and not with the first of a transaction, that what has to be said is
    /// asked for.
    pub(crate) fn refuses_by_version(self) -> bool {
        self == Self::Sqlite
    }

    /// Whether what a migration does to tables commits by itself, so that it can end half-way.
    pub(crate) fn ddl_commits(self) -> bool {
        self == Self::MySql
    }

    /// What lets a migration change histories that are only added to, and what ends that.
    pub(crate) fn maintenance(self) -> (&'static str, &'static str) {
        match self {
            Self::Sqlite => sqlite::MAINTENANCE,
            Self::Postgres => postgres::MAINTENANCE,
            Self::MySql => mysql::MAINTENANCE,
        }
    }

    /// The version table and its indexes.
    pub(crate) fn create_version(self, table: &VersionedTable) -> Step {
        match self {
            Self::Sqlite => sqlite::create_version(table),
            Self::Postgres => postgres::create_version(table),
            Self::MySql => mysql::create_version(table),
        }
    }

    /// What records changes of the table.
    pub(crate) fn create_triggers(self, table: &VersionedTable, log: &Log) -> Step {
        match self {
            Self::Sqlite => sqlite::create_triggers(table, log),
            Self::Postgres => postgres::create_triggers(table),
            Self::MySql => mysql::create_triggers(table, log),
        }
    }

    /// The transaction with which the history of these tables begins, their entries in the
    /// registry, and the versions of the rows that are there.
    pub(crate) fn start(self, tables: &[&VersionedTable], baseline: Baseline) -> Step {
        match self {
            Self::Sqlite => sqlite::start(tables, baseline),
            Self::Postgres => postgres::start(tables, baseline),
            Self::MySql => mysql::start(tables, baseline),
        }
    }

    /// What makes the version table and the triggers follow a change of the table, its options, or
    /// what holds for all.
    pub(crate) fn alter_version(
        self,
        (before, before_log): (&VersionedTable, &Log),
        (after, after_log): (&VersionedTable, &Log),
    ) -> Result<Vec<Step>, Error> {
        match self {
            Self::Sqlite => sqlite::alter_version((before, before_log), (after, after_log)),
            Self::Postgres if before == after => Ok(Vec::new()),
            Self::Postgres => postgres::alter_version(before, after),
            Self::MySql => mysql::alter_version((before, before_log), (after, after_log)),
        }
    }

    /// What asks, before anything is taken back, whether the triggers of these tables can be made as
    /// they were; `None` where the engine makes them whatever the columns are.
    pub(crate) fn can_be_taken_back(self, tables: &[&VersionedTable]) -> Option<Step> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => mysql::can_be_taken_back(tables),
        }
    }

    /// What has to know all tables at once; `None` where nothing has to.
    pub(crate) fn know_tables(
        self,
        (before, before_log): (&[VersionedTable], &Log),
        (after, after_log): (&[VersionedTable], &Log),
    ) -> Option<Step> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => mysql::know_tables((before, before_log), (after, after_log)),
        }
    }

    /// Whether something has to know all tables at once.
    pub fn shares(self) -> bool {
        self == Self::MySql
    }

    /// What has to know all tables at once, written anew.
    pub(crate) fn know_all_tables(self, tables: &[VersionedTable], log: &Log) -> Option<Step> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => Some(mysql::know_all_tables(tables, log)),
        }
    }

    /// Ends the recording of a table; its history stays.
    pub(crate) fn stop(self, table: &VersionedTable, log: &Log) -> Step {
        match self {
            Self::Sqlite => sqlite::stop(table, log),
            Self::Postgres => postgres::stop(table),
            Self::MySql => mysql::stop(table, log),
        }
    }
}

/// The name of the engine in prose.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
        })
    }
}

/// What tells the registry which columns the history has, where these are others. Beside the columns
/// themselves, so that whoever renames one instead keeps it.
fn register_columns(
    before: &VersionedTable,
    after: &VersionedTable,
    register: fn(&VersionedTable) -> String,
) -> Option<Step> {
    let (up, down) = (register(after), register(before));
    (up != down).then(|| Step {
        comment: format!(
            "What continuum knows of the history of {}.",
            after.table.name
        ),
        up,
        down,
    })
}

/// The comment of what refuses changes of the history.
const GUARDED: &str = "The history is only added to.";

/// The comment of what refuses writes that say too little.
fn required(require: &[Required]) -> String {
    match require {
        [] => "Who and why may be left open.".to_owned(),
        _ => format!(
            "Refuses changes {}.",
            list(require, " or ", Required::missing)
        ),
    }
}

/// The comment of what changes the log and what it refuses; `None` where nothing does.
fn log_comment(before: &Log, after: &Log) -> Option<String> {
    let (added, dropped) = before.changed_columns(after);
    let columns =
        (!added.is_empty() || !dropped.is_empty()).then(|| columns_comment(&added, &dropped));
    let require = (before.require != after.require).then(|| required(&after.require));
    let lines: Vec<_> = columns.into_iter().chain(require).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The comment of what changes its columns.
fn columns_comment(added: &[&LogColumn], dropped: &[&LogColumn]) -> String {
    let names = |columns: &[&LogColumn]| list(columns, ", ", |column| column.name().to_owned());
    let gets = (!added.is_empty()).then(|| format!("The transaction log gets {}.", names(added)));
    let loses = (!dropped.is_empty()).then(|| {
        format!(
            "The transaction log loses {}, values and all.",
            names(dropped)
        )
    });
    let lines: Vec<_> = gets.into_iter().chain(loses).collect();
    lines.join("\n")
}

/// The names of the columns of a key, for a condition in a catalog.
fn key_names(table: &VersionedTable) -> String {
    list(table.key(), ", ", |column| literal(&column.name))
}

/// What is wrong with a table that has no unique index on columns of its key. No longer than MySQL's messages.
fn no_key(table: &VersionedTable) -> String {
    format!(
        "continuum: {} has no unique key of ({}); name that of the table in table!",
        table.table.name,
        list(table.key(), ", ", |column| column.name.clone())
    )
}

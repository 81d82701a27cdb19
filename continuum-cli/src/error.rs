//! Everything that can stop a command. Each text says what to do.

use continuum_schema::parse::SourceError;
use continuum_schema::{Dialect, TableName};
use std::io;
use std::path::PathBuf;

/// [`std::result::Result`] with [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can stop a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The current directory is gone, or may not be read.
    #[error("cannot tell the current directory; change to one that is there")]
    NoCurrentDir {
        /// The cause.
        source: io::Error,
    },
    /// There is no project here.
    #[error(
        "no diesel.toml or Cargo.toml in {} or a directory above it; \
         run continuum-cli in a Diesel project, or name --schema, --models and --migrations-dir",
        current_dir.display()
    )]
    NoProject {
        /// Where it was looked for.
        current_dir: PathBuf,
    },
    /// A file or directory cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A migration cannot be written.
    #[error("cannot write {}; nothing of it is left", path.display())]
    Write {
        /// The migration.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The standard output takes no more.
    #[error("cannot write to the standard output")]
    Output {
        /// The cause.
        source: io::Error,
    },
    /// A line of .env is not one.
    #[error(
        "{}:{line}: this line is not `NAME=value`; mend it (a value with spaces needs quotes)",
        path.display()
    )]
    DotEnv {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A TOML file is not what it should be.
    #[error("{}:{line}:{column}: {message}; {cure}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        cure: &'static str,
    },
    /// `DIESEL_CONFIG_FILE` names no file.
    #[error(
        "DIESEL_CONFIG_FILE names {}, which is not a file; correct it, or unset it to use the \
         diesel.toml of the project",
        path.display()
    )]
    NoDieselConfig {
        /// What it names.
        path: PathBuf,
    },
    /// Nobody says for which engine.
    #[error(
        "cannot tell which engine to write for; say it with `--backend {0}`, with `backend = \"{0}\"` in \
         continuum.toml beside diesel.toml, or with a DATABASE_URL in the environment or in .env; \
         engines: {engines}",
        Dialect::Sqlite.as_str(),
        engines = engines()
    )]
    NoEngine,
    /// `DATABASE_URL` is of no engine.
    #[error(
        "DATABASE_URL begins with {scheme}://, which is no engine of Diesel's; \
         name the engine with --backend: {}",
        engines()
    )]
    UnknownScheme {
        /// What it begins with.
        scheme: String,
    },
    /// A schema file is missing.
    #[error(
        "the schema file {} ({named_by}) does not exist; make it with \
         `diesel print-schema > {}`, or name another with --schema",
        path.display(), path.display()
    )]
    NoSchema {
        /// The file.
        path: PathBuf,
        /// Who says that it is there.
        named_by: &'static str,
    },
    /// What should hold the models is missing.
    #[error(
        "{} ({named_by}) does not exist; name the file or the directory with the models there",
        path.display()
    )]
    NoModels {
        /// The file or directory.
        path: PathBuf,
        /// Who says that it is there.
        named_by: &'static str,
    },
    /// A directory that was named for the migrations is missing.
    #[error(
        "the migrations directory {} ({named_by}) does not exist; make it with \
         `mkdir {}`, or name another",
        path.display(), path.display()
    )]
    NoMigrationsDir {
        /// The directory.
        path: PathBuf,
        /// Who says that it is there.
        named_by: &'static str,
    },
    /// The directory has one directory of migrations for each engine.
    #[error(
        "{0} has no migrations, but directories of them: {1}; name one with --migrations-dir, such \
         as {0}/{2}",
        path.display(), names.join(", "), names.last().map_or("", String::as_str)
    )]
    DirOfDirs {
        /// The directory.
        path: PathBuf,
        /// What is in it.
        names: Vec<String>,
    },
    /// `--name` cannot be part of a directory's name.
    #[error(
        "--name `{}` cannot be the name of a migration; use letters, digits, `_` and `-`, at \
         most 200 of them",
        name.escape_debug()
    )]
    BadName {
        /// What was given.
        name: String,
    },
    /// The schema or the models have mistakes.
    #[error("{}", listed(.0))]
    Source(Vec<SourceError>),
    /// `--drop-column` names a column that is declared, or is not there.
    #[error("--drop-column {column}: {why}")]
    NotDroppable {
        /// The column.
        column: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A state file is of a later continuum-cli.
    #[error(
        "{} has format {format}, and this continuum-cli {} knows formats up to {known}; \
         update it: cargo install continuum-cli",
        path.display(), env!("CARGO_PKG_VERSION")
    )]
    NewerState {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// The newest known one.
        known: u32,
    },
    /// A state file describes a table that there cannot be.
    #[error(
        "{} describes a table that cannot be versioned: {}; restore the file from version control",
        path.display(), why.join("; ")
    )]
    ImpossibleState {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: Vec<String>,
    },
    /// A state file has lost its SQL.
    #[error(
        "{0} has a continuum.toml, but no up.sql beside it; restore up.sql from version control, \
         or remove {0} where it was never run",
        migration.display()
    )]
    StateWithoutUp {
        /// The migration.
        migration: PathBuf,
    },
    /// A migration of continuum's has lost its state file.
    #[error(
        "{0}/up.sql was written by continuum, but the continuum.toml beside it is gone; restore it \
         from version control, or remove {0} where it was never run",
        migration.display()
    )]
    UpWithoutState {
        /// The migration.
        migration: PathBuf,
    },
    /// The migrations that are there are for another engine.
    #[error(
        "{migration} is for {written_for}, and {named_by} says {wanted}; say `--backend {}`, or keep the \
         migrations of each engine in a directory of their own and name it with --migrations-dir",
        written_for.as_str()
    )]
    OtherEngine {
        /// The state file.
        migration: String,
        /// What it is for.
        written_for: Dialect,
        /// What is wanted.
        wanted: Dialect,
        /// Who wants it.
        named_by: String,
    },
    /// Two migrations make the transaction log.
    #[error(
        "{} and {} both make the transaction log, as happens when two branches begin with \
         continuum and are merged; {}",
        earlier.display(), migration.display(), write_again(migration)
    )]
    TwoLogs {
        /// The later one.
        migration: PathBuf,
        /// The earlier one.
        earlier: PathBuf,
    },
    /// Two migrations were written after the same one and describe the same table.
    #[error(
        "{} changes the history of table {table} without knowing of {}, as happens when two \
         branches are merged; {}",
        migration.display(), earlier.display(), write_again(migration)
    )]
    TwoDescribe {
        /// The later one.
        migration: PathBuf,
        /// The earlier one.
        earlier: PathBuf,
        /// The table.
        table: TableName,
    },
    /// A migration was written after one that is no longer there, or no longer before it.
    #[error(
        "{} changes the history of table {table}, but no migration before it begins that history; \
         restore the one that did, or {}",
        migration.display(), write_again(migration)
    )]
    PreviousIsGone {
        /// The migration.
        migration: PathBuf,
        /// The table.
        table: TableName,
    },
}

fn listed(mistakes: &[SourceError]) -> String {
    let what = match mistakes {
        [_] => "1 mistake".to_owned(),
        _ => format!("{} mistakes", mistakes.len()),
    };
    let lines: String = mistakes
        .iter()
        .map(|mistake| format!("\n{mistake}"))
        .collect();
    format!("{what} in the schema and the models; nothing was written{lines}")
}

/// The cure for a migration that does not fit behind the others.
fn write_again(migration: &std::path::Path) -> String {
    format!(
        "remove {} (revert it first where it was run) and run gen-migrations again",
        migration.display()
    )
}

/// The engines, for a message.
pub(crate) fn engines() -> String {
    let words = Dialect::ALL.iter().map(|dialect| dialect.as_str());
    words.collect::<Vec<_>>().join(", ")
}

//! What can be wrong with a table or with what is asked of its history.

use crate::model::TableName;
use std::fmt;

/// [`std::result::Result`] with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can be wrong with a table or with what is asked of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A table without a key has no rows that could be told apart.
    NoPrimaryKey {
        /// The table.
        table: TableName,
    },
    /// The key names a column that the table does not have.
    UnknownKeyColumn {
        /// The table.
        table: TableName,
        /// What the key names.
        column: String,
    },
    /// An option names a column that the table does not have.
    UnknownColumn {
        /// The table.
        table: TableName,
        /// The option: `exclude`, `include` or `hidden`.
        option: &'static str,
        /// What it names.
        column: String,
        /// The Rust names of the columns that there are.
        known: Vec<String>,
    },
    /// The key cannot be left out of the history.
    KeyColumn {
        /// The table.
        table: TableName,
        /// The option: `exclude` or `hidden`.
        option: &'static str,
        /// The key column.
        column: String,
    },
    /// A column is named by two options, or twice by one.
    NamedTwice {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A column of the table has the name of one that the version table needs.
    ReservedColumn {
        /// The table.
        table: TableName,
        /// The name.
        column: String,
    },
    /// The version table would have the name of its table.
    VersionTableIsTable {
        /// The table.
        table: TableName,
    },
    /// Two tables would have version tables of the same name, or a version table has the name
    /// of a table of the application.
    VersionTableTaken {
        /// The table.
        table: TableName,
        /// Its version table.
        version_table: TableName,
    },
    /// The name of the version table is too long for the engine.
    VersionTableNameTooLong {
        /// The table.
        table: TableName,
        /// The name.
        version_table: String,
    },
    /// The engine keeps a log for each schema.
    OtherSchema {
        /// The table.
        table: TableName,
    },
    /// A column of the application's own cannot be in the transaction log as it is declared.
    LogColumn {
        /// The column.
        column: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        cure: String,
    },
    /// Something changed that a migration of continuum's cannot follow.
    CannotFollow {
        /// The table.
        table: TableName,
        /// What changed.
        change: String,
        /// What to do.
        cure: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrimaryKey { table } => write!(
                f,
                "table {table} has no primary key, so its rows cannot be told apart in the \
                 history; name the key in `table!`: `{table} (id) {{ … }}`"
            ),
            Self::UnknownKeyColumn { table, column } => write!(
                f,
                "the key of table {table} names the column {column}, which the table does not have"
            ),
            Self::UnknownColumn {
                table,
                option,
                column,
                known,
            } => write!(
                f,
                "`{option}` names the column `{column}`, which table {table} does not have; \
                 its columns are: {}",
                known.join(", ")
            ),
            Self::KeyColumn {
                table,
                option,
                column,
            } => write!(
                f,
                "`{option}` names `{column}`, which is part of the key of table {table}; \
                 the key is always in the history, so take it out of `{option}`"
            ),
            Self::NamedTwice { table, column } => write!(
                f,
                "the column `{column}` of table {table} is named twice in `#[versioned(…)]`; \
                 name it once, in one of `exclude`, `include` and `hidden`"
            ),
            Self::ReservedColumn { table, column } => write!(
                f,
                "the version table of {table} needs the column name {column} for itself; \
                 rename the column of the table, or exclude it with `#[versioned(exclude({column}))]`"
            ),
            Self::VersionTableIsTable { table } => write!(
                f,
                "the version table of {table} has the name of the table itself; give it another \
                 with `#[versioned(table_name = …)]`"
            ),
            Self::VersionTableTaken {
                table,
                version_table,
            } => write!(
                f,
                "the version table of {table} would be {version_table}, but that table is there \
                 already; give it another name with `#[versioned(table_name = …)]`"
            ),
            Self::VersionTableNameTooLong {
                table,
                version_table,
            } => write!(
                f,
                "the name of the version table of {table} is longer than the engine takes: \
                 {version_table}; give it a shorter one with `#[versioned(table_name = …)]`"
            ),
            Self::OtherSchema { table } => write!(
                f,
                "table {table} is in a database of its own, and so would be its history; connect \
                 to that database, and name the table in `table!` without it"
            ),
            Self::LogColumn {
                column,
                problem,
                cure,
            } => write!(
                f,
                "column {column} of the transaction log: {problem}; {cure}"
            ),
            Self::CannotFollow {
                table,
                change,
                cure,
            } => write!(f, "table {table}: {change}; {cure}"),
        }
    }
}

impl std::error::Error for Error {}

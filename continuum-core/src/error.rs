//! What can be wrong with going back.

use diesel::result::Error;
use std::fmt;

/// Why a row, a set of rows or a transaction was not brought back, or a version is not the newest.
///
/// Nothing has been changed then. It is made from an error of Diesel's and turns into one, so it
/// is the error of a `transaction` closure, and `?` passes it on in a function that returns
/// Diesel's:
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::HistoryError;
///
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
/// let tried = conn.transaction(|conn| {
///     diesel::delete(articles::table).execute(conn)?;
///     versions[0].if_latest(conn, |conn| versions[1].revert(conn))
/// });
/// let Err(HistoryError::Stale { newer }) = tried else { panic!("{tried:?}") };
/// assert_eq!(newer, 4);
///
/// fn revert(version: &ArticleVersion, conn: &mut SqliteConnection) -> QueryResult<()> {
///     version.revert(conn)?;
///     Ok(())
/// }
/// # revert(&versions[0], conn)?;
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum HistoryError {
    /// What Diesel or the database says.
    Database(Error),
    /// The transaction is not in the log.
    NoTransaction {
        /// Its id.
        id: i64,
    },
    /// The version is not in its version table.
    NoVersion {
        /// Its transaction.
        transaction_id: i64,
    },
    /// The row has no version: it was never stored while its history was kept.
    NeverStored {
        /// Its table.
        table: String,
    },
    /// The version is not the newest of its row any more.
    Stale {
        /// The transaction of the newest one.
        newer: i64,
    },
    /// The versions are of different rows, so there is no difference to tell.
    DifferentRows,
    /// The version that was given as the older one is the newer one.
    NotInOrder {
        /// The transaction of the one that was given as the older.
        older: i64,
        /// The transaction of the one that was given as the newer.
        newer: i64,
    },
    /// Later changes would be lost. Never empty.
    Conflicts(Vec<Conflict>),
    /// The rows cannot be what they were. Never empty.
    Obstacles(Vec<Obstacle>),
}

/// A later change that would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The schema of the table, on PostgreSQL.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The row, as a condition in SQL: `"id" = 1`.
    pub row: String,
    /// What came later.
    pub later: Later,
}

/// What came after the change that is to be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Later {
    /// This transaction changed the row again; it is the last one that did.
    Change {
        /// The transaction.
        transaction_id: i64,
    },
    /// Rows of this table refer to the row, which would be deleted.
    Reference {
        /// The table that refers.
        table: String,
    },
}

/// Why rows cannot be what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The schema of the table, on PostgreSQL.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The row, as a condition in SQL: `"id" = 1`. `None` where it is not about one row.
    pub row: Option<String>,
    /// What is in the way.
    pub reason: Reason,
}

/// What is in the way of rows being what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The table is gone, or its history was ended: the change would not be recorded.
    NotRecorded,
    /// The history begins with this transaction and does not know what was before.
    BeforeHistory {
        /// The transaction with which it begins.
        transaction_id: i64,
    },
    /// The version that says what the row was is gone from the version table.
    NoVersion,
    /// The row has to be inserted again, and the history does not keep this column, which is NOT
    /// NULL and has no default.
    NoDefault {
        /// The column.
        column: String,
    },
    /// The database generates the column, and takes no value for it.
    Generated {
        /// The column.
        column: String,
    },
    /// The row would refer to one that is not there.
    NoTarget {
        /// The columns of the foreign key.
        columns: Vec<String>,
        /// The table that it refers to.
        target: String,
    },
}

impl From<Error> for HistoryError {
    fn from(error: Error) -> Self {
        match error {
            Error::QueryBuilderError(inner) => match inner.downcast::<Self>() {
                Ok(ours) => *ours,
                Err(other) => Self::Database(Error::QueryBuilderError(other)),
            },
            other => Self::Database(other),
        }
    }
}

/// What is not there is `NotFound`; other errors of continuum's are in a `QueryBuilderError`, from
/// which they can be taken by `downcast_ref`.
impl From<HistoryError> for Error {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Database(error) => error,
            HistoryError::NoTransaction { .. } | HistoryError::NoVersion { .. } => Self::NotFound,
            ours => Self::QueryBuilderError(Box::new(ours)),
        }
    }
}

impl std::error::Error for HistoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => error.source(),
            _ => None,
        }
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::NoTransaction { id } => write!(f, "transaction {id} is not in the log"),
            Self::NoVersion { transaction_id } => write!(
                f,
                "the version of transaction {transaction_id} is gone from its version table"
            ),
            Self::NeverStored { table } => write!(
                f,
                "{table}: the row has no version yet, so nothing can point to it; store it first"
            ),
            Self::Stale { newer } => write!(
                f,
                "transaction {newer} has changed the row since it was read; read it again"
            ),
            Self::DifferentRows => f.write_str(
                "the versions are of different rows; compare two versions of the same row",
            ),
            Self::NotInOrder { older, newer } => write!(
                f,
                "the version of transaction {older} is not older than that of transaction {newer}; \
                 give the older one first"
            ),
            Self::Conflicts(conflicts) => all(f, conflicts),
            Self::Obstacles(obstacles) => all(f, obstacles),
        }
    }
}

/// How many of them an error's text has; all are in the value.
const SHOWN: usize = 10;

fn all<T: fmt::Display>(f: &mut fmt::Formatter<'_>, list: &[T]) -> fmt::Result {
    for (index, entry) in list.iter().take(SHOWN).enumerate() {
        let separator = if index == 0 { "" } else { "\n" };
        write!(f, "{separator}{entry}")?;
    }
    match list.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => write!(f, "\nand {more} more"),
        _ => Ok(()),
    }
}

fn table(f: &mut fmt::Formatter<'_>, schema: Option<&String>, table: &str) -> fmt::Result {
    match schema {
        Some(schema) => write!(f, "{schema}.{table}: "),
        None => write!(f, "{table}: "),
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table(f, self.schema.as_ref(), &self.table)?;
        let row = &self.row;
        match &self.later {
            Later::Change { transaction_id } => write!(
                f,
                "transaction {transaction_id} has changed the row {row} since; revert it first, or \
                 force this revert"
            ),
            Later::Reference { table } => write!(
                f,
                "{table} refers to the row {row}, which would be deleted; let it refer to another \
                 one, or force this revert and have the foreign key decide"
            ),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        table(f, self.schema.as_ref(), &self.table)?;
        let row = self.row.as_deref().unwrap_or_default();
        match &self.reason {
            Reason::NotRecorded => f.write_str(
                "the table is gone, or its history was ended; version it again with \
                 `continuum-cli gen-migrations`",
            ),
            Reason::BeforeHistory { transaction_id } => write!(
                f,
                "the history begins with transaction {transaction_id} and does not know what was \
                 before; go back to that one or a later one"
            ),
            Reason::NoVersion => write!(
                f,
                "the version of the row {row} that says what it was is gone; choose a later moment"
            ),
            Reason::NoDefault { column } => write!(
                f,
                "a row has to be inserted again, and the history does not keep the column {column}, \
                 which is NOT NULL and has no default; give it a default, or keep it in the history"
            ),
            Reason::Generated { column } => write!(
                f,
                "the database generates the column {column} and takes no value for it; take it out \
                 of the history with `exclude({column})`"
            ),
            Reason::NoTarget { columns, target } => write!(
                f,
                "the row {row} would refer by {} to a row of {target} that is not there; bring that \
                 one back first",
                columns.join(", ")
            ),
        }
    }
}

//! How each engine carries who and why to the triggers.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::change_info::ChangeInfo;
use crate::past::Statement;
use crate::touched::Touched;
use crate::verify::{Found, History};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;

/// An engine whose triggers record history: `Sqlite`, `Pg` and `Mysql`, each with its feature.
///
/// A bound for functions that are generic over the engine. Its methods are continuum's own.
pub trait RecordingBackend: Backend {
    /// What an `INSERT` says between its columns and its rows so that keys which the database
    /// generates are taken from the rows.
    #[doc(hidden)]
    const INSERT_GENERATED_KEYS: &'static str;

    /// Whether the rows as of a moment are looked up one by one, wherever a condition on the key
    /// then reaches the lookup: whether the planner passes it on to the queries inside.
    #[doc(hidden)]
    const AS_OF_STARTS_FROM_ROWS: bool = false;

    /// Whether a statement that changes a table must not read its version table, which the
    /// triggers then write.
    #[doc(hidden)]
    const READS_VERSIONS_APART: bool = false;

    /// What the database had been told before.
    #[doc(hidden)]
    type Outer;

    /// Tells the database who and why. Called right after the transaction or savepoint began.
    #[doc(hidden)]
    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<Self::Outer>
    where
        C: LoadConnection<Backend = Self>;

    /// Called right before the transaction or savepoint is committed.
    #[doc(hidden)]
    fn end<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// An identifier.
    #[doc(hidden)]
    fn quoted(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A literal of text.
    #[doc(hidden)]
    fn literal(text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// Whether two values differ as they are stored.
    #[doc(hidden)]
    fn differs(left: &str, right: &str) -> String;

    /// A value for JSON.
    #[doc(hidden)]
    fn json(value: &str) -> String;

    /// An array of values for JSON.
    #[doc(hidden)]
    fn json_array(values: &[&str]) -> String;

    /// The text of a JSON object of names and values, those that are NULL left out.
    #[doc(hidden)]
    fn json_object(members: &[(String, String)]) -> String;

    /// Called last, right before the transaction or savepoint is committed or rolled back, also
    /// while a panic unwinds.
    #[doc(hidden)]
    fn leave<C>(conn: &mut C, outer: &Self::Outer, succeeded: bool)
    where
        C: LoadConnection<Backend = Self>;

    /// What histories there are.
    #[doc(hidden)]
    fn histories<C>(conn: &mut C) -> QueryResult<Vec<History>>
    where
        C: LoadConnection<Backend = Self>;

    /// Runs a query of what a transaction changed.
    #[doc(hidden)]
    fn touched<C>(conn: &mut C, query: String) -> QueryResult<Vec<Touched>>
    where
        C: LoadConnection<Backend = Self>;

    /// Runs a query that finds what breaks the rules of a history.
    #[doc(hidden)]
    fn found<C>(conn: &mut C, query: String) -> QueryResult<Vec<Found>>
    where
        C: LoadConnection<Backend = Self>;
}

/// An engine on which ordinary queries can be asked of the past: `Sqlite` and `Pg`.
///
/// A bound for functions that are generic over the engine. Its methods are continuum's own.
pub trait PastBackend: RecordingBackend {
    /// What makes a transaction read-only, and what takes that back where its end does not.
    #[doc(hidden)]
    const READ_ONLY: (&'static str, &'static str);

    /// The statements that shadow the tables as they were after a transaction.
    #[doc(hidden)]
    fn past<C>(conn: &mut C, id: i64, live_tables: bool) -> QueryResult<Vec<Statement>>
    where
        C: LoadConnection<Backend = Self>;
}

/// What to do when the log is not there.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
fn not_installed(error: diesel::result::Error) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(
        format!(
            "continuum is not installed in this database ({error}); write its migration with \
             `continuum-cli gen-migrations` and apply it with `diesel migration run`"
        )
        .into(),
    )
}

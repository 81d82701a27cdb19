//! How each engine carries who and why to the triggers.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::change_info::ChangeInfo;
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

    /// Runs a query that finds what breaks the rules of a history.
    #[doc(hidden)]
    fn found<C>(conn: &mut C, query: String) -> QueryResult<Vec<Found>>
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

//! Bringing a row back to what a version says.
//!
//! The values go from the version table to the table inside the database, so they come back
//! exactly as they were stored, whether or not the struct has a field for each column.

mod apply;
pub(crate) mod catalog;
mod check;
pub(crate) mod moment;
mod path;
mod plan;
pub(crate) mod preview;
mod reach;
pub(crate) mod relation;
mod statement;
pub(crate) mod transaction;
pub(crate) mod with;

use crate::backend::RecordingBackend;
use crate::columns::ColumnNames;
use crate::error::HistoryError;
use crate::version::Version;
use catalog::{Catalog, Restorable};
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::query_builder::{QueryBuilder, QueryFragment};
use diesel::query_source::QuerySource;
use diesel::result::Error;
use with::Reverting;

type FromClause<T> = <T as QuerySource>::FromClause;

/// [`revert`](Self::revert), for the structs of versions.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
/// diesel::delete(&article).execute(conn)?;
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
///
/// let undo = ChangeInfo::new().actor("alice").reason("deleted by mistake");
/// conn.versioned_transaction(undo, |conn| versions[0].revert(conn))?;
///
/// let article: Article = articles::table.find(article.id).first(conn)?;
/// assert_eq!(article.name, "first");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait Revert: Version {
    /// Makes the row what it was at this version: changes it back, inserts it again if it was
    /// deleted since, deletes it if this version is its deletion.
    ///
    /// The row's columns that the history does not keep stay as they are, and get their default
    /// where the row is inserted. The history goes on:
    /// what this changes is a new version, and nothing is stored when the row is as the version
    /// says already. The `meta` of the transaction names that of the version: `{"reverts_to": 17}`. Call
    /// it inside a [`versioned_transaction`](crate::VersionedConnection::versioned_transaction) to
    /// say who and why. Rows that refer to one that is deleted become what their foreign keys say;
    /// [`reverting`](Self::reverting) refuses that.
    ///
    /// # Errors
    ///
    /// The row is then as it was.
    ///
    /// - [`NoVersion`](HistoryError::NoVersion) when the version itself is gone from the version
    ///   table.
    /// - [`Obstacles`](HistoryError::Obstacles) when the row cannot be what it was: it refers to
    ///   one that is no longer there, a generated column takes no value, a column that the history
    ///   does not keep has no default.
    /// - [`Database`](HistoryError::Database): what the database says otherwise.
    fn revert<'a, C>(&'a self, conn: &mut C) -> Result<(), HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
        Self::SameRow<'a>: QueryFragment<C::Backend>,
        FromClause<Self::VersionTable>: QueryFragment<C::Backend>,
    {
        self.reverting().force().execute(conn).map(|_| ())
    }

    /// The same, together with relations of the row as they were when this version began, or to be
    /// tried first.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    /// let preview = versions[0].reverting().dry_run(conn)?;
    /// assert_eq!(preview.changes[0].operation, Operation::Update);
    /// assert_eq!(versions[0].reverting().execute(conn)?, 1);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn reverting(&self) -> Reverting<'_, Self> {
        Reverting::new(self)
    }
}

/// A name as Diesel writes it.
pub(crate) fn quoted<DB, F>(name: &F) -> QueryResult<String>
where
    DB: RecordingBackend,
    F: QueryFragment<DB>,
{
    let mut out = DB::QueryBuilder::default();
    name.to_sql(&mut out, &DB::default())?;
    Ok(out.finish())
}

/// The table with this version table.
fn restorable<'c>(catalog: &'c Catalog, version_table: &str) -> QueryResult<&'c Restorable> {
    catalog.with_version_table(version_table).ok_or_else(|| {
        Error::QueryBuilderError(
            format!(
                "no history in this database has the version table {version_table}; write its \
                 migration with `continuum-cli gen-migrations` and apply it with \
                 `diesel migration run`"
            )
            .into(),
        )
    })
}

impl<V: Version> Revert for V {}

/// The columns that both tables have: what the history keeps of the row today.
pub(crate) fn kept_columns<V: Version>() -> Vec<&'static str>
where
    <V::Table as Table>::AllColumns: ColumnNames,
    <V::VersionTable as Table>::AllColumns: ColumnNames,
{
    let versioned = <V::VersionTable as Table>::AllColumns::names();
    let mut columns = <V::Table as Table>::AllColumns::names();
    columns.retain(|column| versioned.contains(column));
    columns
}

//! The versions that were made by a moment, and those that were made after it.

use crate::as_of::{TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::{LastTransaction, Moment};
use crate::navigation::{CountSince, Of};
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::sql_types::Bool;
use std::fmt;

/// The conditions that a version was made by a moment or after it, for any query that has the
/// version table in it once.
pub trait WithinTime: Version {
    /// The versions that there were at that moment, also those that have ended since.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let old: Vec<ArticleVersion> = article.versions().filter(ArticleVersion::until(2)).load(conn)?;
    /// assert_eq!(old.len(), 1);
    /// let new: Vec<ArticleVersion> = article.versions().filter(ArticleVersion::since(2)).load(conn)?;
    /// assert_eq!(new[0].name, "second");
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn until(moment: impl Into<Moment>) -> MadeBy<Self> {
        MadeBy::new(moment.into(), false)
    }

    /// The versions that were made after that moment.
    fn since(moment: impl Into<Moment>) -> MadeBy<Self> {
        MadeBy::new(moment.into(), true)
    }
}

impl<V: Version> WithinTime for V {}

/// Whether a row has changed.
pub trait HasChanged: Versioned {
    /// Whether there is a version of this row that was made after that moment: also where the row
    /// is again what it was.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// assert!(article.has_changed_since(2, conn)?);
    /// assert!(!article.has_changed_since(chrono::Utc::now(), conn)?);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn has_changed_since<'a, C>(
        &'a self,
        moment: impl Into<Moment>,
        conn: &mut C,
    ) -> QueryResult<bool>
    where
        C: Connection,
        CountSince<Self::Version, Self::SameRow<'a>>: LoadQuery<'a, C, i64>,
    {
        let since = MadeBy::new(moment.into(), true);
        let count = Of::count_since::<Self::Version>(self.same_row(), since);
        Ok(count.get_result(conn)? > 0)
    }
}

impl<T: Versioned> HasChanged for T {}

/// True for the versions of `V`'s table that were made by a moment, or after it: [`WithinTime`].
pub struct MadeBy<V: Version> {
    last: LastTransaction,
    after: bool,
    table: TableOf<V>,
}

impl<V: Version> MadeBy<V> {
    fn new(moment: Moment, after: bool) -> Self {
        Self {
            last: moment.into(),
            after,
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V: Version> Clone for MadeBy<V> {
    fn clone(&self) -> Self {
        Self {
            last: self.last,
            after: self.after,
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V: Version> fmt::Debug for MadeBy<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeBy")
            .field("last", &self.last)
            .field("after", &self.after)
            .finish()
    }
}

expression!(<V: Version> MadeBy<V>, Bool, on V::VersionTable);

impl<V, DB> QueryFragment<DB> for MadeBy<V>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        push_column(&self.table, &mut out, "transaction_id")?;
        out.push_sql(if self.after {
            " > coalesce("
        } else {
            " <= coalesce("
        });
        self.last.walk_ast(out.reborrow())?;
        // Before the first transaction there was none, and all came after.
        out.push_sql(", 0)");
        Ok(())
    }
}

/// The versions of a row that were made after a moment.
#[derive(Debug)]
#[doc(hidden)]
pub struct RowSince<V: Version, R> {
    pub(crate) same_row: R,
    pub(crate) since: MadeBy<V>,
}

impl<V, R, DB> QueryFragment<DB> for RowSince<V, R>
where
    V: Version,
    DB: RecordingBackend,
    R: QueryFragment<DB>,
    MadeBy<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.same_row.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.since.walk_ast(out)
    }
}

//! The traits that tie a table, its version table and their structs together.

use crate::operation::Operation;
use diesel::Table;
use diesel::associations::HasTable;
use diesel::query_source::QuerySource;

/// A struct whose table has a history. Derived: see [the macro](macro@crate::Versioned).
///
/// For functions that are generic over versioned structs:
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// fn last_transaction<T: Versioned>(versions: &[T::Version]) -> Option<i64> {
///     versions.iter().map(Version::transaction_id).max()
/// }
///
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
/// assert_eq!(last_transaction::<Article>(&versions), Some(3));
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no history",
    note = "derive `Versioned` for it; of a parent without a history, `live_parent` has the row"
)]
pub trait Versioned: Sized {
    /// The struct of one version.
    type Version: Version<Entity = Self>;
    /// The condition on the version table that finds the versions of one row.
    type SameRow<'a>
    where
        Self: 'a;

    /// The condition on the version table that finds the versions of this row.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let count: i64 = articles_version::table.filter(article.same_row()).count().get_result(conn)?;
    /// assert_eq!(count, 2);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn same_row(&self) -> Self::SameRow<'_>;
}

/// A struct that is one version of a row: `ArticleVersion` for `Article`. Derived, together with
/// [`Versioned`].
pub trait Version: Sized {
    /// The struct of the row.
    type Entity: Versioned<Version = Self>;
    /// The table.
    type Table: Table + HasTable<Table = Self::Table> + QuerySource;
    /// The version table.
    type VersionTable: Table + HasTable<Table = Self::VersionTable> + QuerySource;
    /// `transaction_id` of the version table.
    type TransactionId: diesel::Column<Table = Self::VersionTable>;
    /// The condition on the version table that finds the versions of one row.
    type SameRow<'a>
    where
        Self: 'a;

    /// How the version table says until when a version was valid.
    const STRATEGY: Strategy;
    /// The key columns' names in the database, which are the same in both tables.
    const KEY: &'static [&'static str];
    /// With `#[versioned(track_changes)]`, the columns that are fields, each with the column of the
    /// version table that says whether a version changed it.
    const FLAGS: &'static [(&'static str, &'static str)] = &[];

    /// The condition on the version table that finds the versions of the same row.
    fn same_row(&self) -> Self::SameRow<'_>;

    /// The id of the transaction that made this version.
    fn transaction_id(&self) -> i64;

    /// What this version did to the row.
    fn operation(&self) -> Operation;
}

/// How a version table says until when a version was valid: `#[versioned(strategy = "…")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// `end_transaction_id` names the transaction that made the next version.
    Validity,
    /// There is no `end_transaction_id`; reading looks for the next version.
    Subquery,
}

//! From a row to its versions, and from one version to the others. Each answer is one query, by the
//! key of the version table.

mod each;
mod of;

pub(crate) use each::{ChangesOfEach, CountOfEach, OneOfEach, changes_of_each};
pub(crate) use of::{ChangesOfOne, Count, CountSince, Newest, Of, One};

use crate::version::{Version, Versioned};
use diesel::connection::Connection;
use diesel::expression::Selectable;
use diesel::prelude::*;
use diesel::query_dsl::LoadQuery;
use each::Each;
use of::{Bound, End};

/// From one version of a row to the others.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
///
/// assert_eq!(versions[0].next(conn)?.as_ref(), Some(&versions[1]));
/// assert_eq!(versions[1].previous(conn)?.as_ref(), Some(&versions[0]));
/// assert_eq!(versions[0].previous(conn)?, None);
/// assert_eq!(versions[1].index(conn)?, 1);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait Navigate: Version {
    /// The version of the row before this one; `None` for the first.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn previous<'a, C>(&'a self, conn: &mut C) -> QueryResult<Option<Self>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        One<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, Self>,
    {
        let before = Bound::Before(self.transaction_id());
        Of::one::<Self, C::Backend>(self.same_row(), before, End::Newest)
            .get_result(conn)
            .optional()
    }

    /// The version of the row after this one; `None` for the newest.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn next<'a, C>(&'a self, conn: &mut C) -> QueryResult<Option<Self>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        One<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, Self>,
    {
        let after = Bound::After(self.transaction_id());
        Of::one::<Self, C::Backend>(self.same_row(), after, End::Oldest)
            .get_result(conn)
            .optional()
    }

    /// How many versions of the row there are before this one: 0 for the first.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn index<'a, C>(&'a self, conn: &mut C) -> QueryResult<i64>
    where
        C: Connection,
        Count<Self, Self::SameRow<'a>>: LoadQuery<'a, C, i64>,
    {
        let before = Bound::Before(self.transaction_id());
        Of::count::<Self>(self.same_row(), before).get_result(conn)
    }

    /// For each of these versions, of one row or of many, what [`previous`](Self::previous) says, in
    /// one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?; article(conn)?;
    /// let page: Vec<ArticleVersion> = articles_version::table
    ///     .order((articles_version::id, articles_version::transaction_id))
    ///     .offset(1)
    ///     .load(conn)?;
    /// let before = ArticleVersion::previous_of(&page, conn)?;
    /// assert_eq!(before[0].as_ref().unwrap().name, "first");
    /// assert_eq!(before[1], None);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn previous_of<'a, C>(versions: &'a [Self], conn: &mut C) -> QueryResult<Vec<Option<Self>>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        OneOfEach<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, (i32, Self)>,
    {
        let before = |version: &'a Self| {
            let before = Bound::Before(version.transaction_id());
            (version.same_row(), before)
        };
        let parts = versions.iter().map(before).collect();
        Each::one::<Self, C::Backend>(parts, End::Newest).answers(conn)
    }

    /// For each of these versions what [`next`](Self::next) says, in one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn next_of<'a, C>(versions: &'a [Self], conn: &mut C) -> QueryResult<Vec<Option<Self>>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        OneOfEach<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, (i32, Self)>,
    {
        let after = |version: &'a Self| {
            let after = Bound::After(version.transaction_id());
            (version.same_row(), after)
        };
        let parts = versions.iter().map(after).collect();
        Each::one::<Self, C::Backend>(parts, End::Oldest).answers(conn)
    }

    /// For each of these versions what [`index`](Self::index) says, in one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn index_of<'a, C>(versions: &'a [Self], conn: &mut C) -> QueryResult<Vec<i64>>
    where
        C: Connection,
        CountOfEach<Self, Self::SameRow<'a>>: LoadQuery<'a, C, (i32, i64)>,
    {
        let before = |version: &'a Self| {
            let before = Bound::Before(version.transaction_id());
            (version.same_row(), before)
        };
        let parts = versions.iter().map(before).collect();
        Each::count::<Self>(parts).counts(conn)
    }
}

impl<V: Version> Navigate for V {}

/// From a row to the ends of its history.
///
/// All of its versions are a query of its own: `article.versions()`.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// diesel::delete(&article).execute(conn)?;
///
/// assert_eq!(article.count_versions(conn)?, 3);
/// assert_eq!(article.first_version(conn)?.unwrap().name, "first");
/// let last = article.latest_version(conn)?.unwrap();
/// assert_eq!(last.operation_type, Operation::Delete);
///
/// let never_stored = Article { id: 7, ..article };
/// assert_eq!(never_stored.count_versions(conn)?, 0);
/// assert_eq!(never_stored.latest_version(conn)?, None);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait HasVersions: Versioned {
    /// The first version of this row; `None` where there is none.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn first_version<'a, C>(&'a self, conn: &mut C) -> QueryResult<Option<Self::Version>>
    where
        C: Connection,
        Self::Version: Selectable<C::Backend>,
        One<Self::Version, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, Self::Version>,
    {
        Of::one::<Self::Version, C::Backend>(self.same_row(), Bound::None, End::Oldest)
            .get_result(conn)
            .optional()
    }

    /// The newest version of this row, which may be its deletion; `None` where there is none.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn latest_version<'a, C>(&'a self, conn: &mut C) -> QueryResult<Option<Self::Version>>
    where
        C: Connection,
        Self::Version: Selectable<C::Backend>,
        One<Self::Version, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, Self::Version>,
    {
        Of::one::<Self::Version, C::Backend>(self.same_row(), Bound::None, End::Newest)
            .get_result(conn)
            .optional()
    }

    /// How many versions of this row there are.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn count_versions<'a, C>(&'a self, conn: &mut C) -> QueryResult<i64>
    where
        C: Connection,
        Count<Self::Version, Self::SameRow<'a>>: LoadQuery<'a, C, i64>,
    {
        Of::count::<Self::Version>(self.same_row(), Bound::None).get_result(conn)
    }

    /// For each of these rows what [`first_version`](Self::first_version) says, in one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn first_version_of<'a, C>(
        rows: &'a [Self],
        conn: &mut C,
    ) -> QueryResult<Vec<Option<Self::Version>>>
    where
        C: Connection,
        Self::Version: Selectable<C::Backend>,
        OneOfEach<Self::Version, Self::SameRow<'a>, C::Backend>:
            LoadQuery<'a, C, (i32, Self::Version)>,
    {
        let parts = rows.iter().map(|row| (row.same_row(), Bound::None));
        Each::one::<Self::Version, C::Backend>(parts.collect(), End::Oldest).answers(conn)
    }

    /// For each of these rows what [`latest_version`](Self::latest_version) says, in one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?; article(conn)?;
    /// let articles: Vec<Article> = articles::table.order(articles::id).load(conn)?;
    /// let latest = Article::latest_version_of(&articles, conn)?;
    /// let counts = Article::count_versions_of(&articles, conn)?;
    /// assert_eq!(latest[1].as_ref().unwrap().name, "second");
    /// assert_eq!(counts, [2, 2]);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn latest_version_of<'a, C>(
        rows: &'a [Self],
        conn: &mut C,
    ) -> QueryResult<Vec<Option<Self::Version>>>
    where
        C: Connection,
        Self::Version: Selectable<C::Backend>,
        OneOfEach<Self::Version, Self::SameRow<'a>, C::Backend>:
            LoadQuery<'a, C, (i32, Self::Version)>,
    {
        let parts = rows.iter().map(|row| (row.same_row(), Bound::None));
        Each::one::<Self::Version, C::Backend>(parts.collect(), End::Newest).answers(conn)
    }

    /// For each of these rows what [`count_versions`](Self::count_versions) says, in one query.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn count_versions_of<'a, C>(rows: &'a [Self], conn: &mut C) -> QueryResult<Vec<i64>>
    where
        C: Connection,
        CountOfEach<Self::Version, Self::SameRow<'a>>: LoadQuery<'a, C, (i32, i64)>,
    {
        let parts = rows.iter().map(|row| (row.same_row(), Bound::None));
        Each::count::<Self::Version>(parts.collect()).counts(conn)
    }
}

impl<T: Versioned> HasVersions for T {}

//! From a row to its versions, and from one version to the others. Each answer is one query, by the
//! key of the version table.

mod each;

pub(crate) use each::{ChangesOfEach, CountOfEach, OneOfEach, changes_of_each};

use crate::changeset::ChangesOf;
use crate::since::{MadeBy, RowSince};
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::dsl::{CountStar, count_star};
use diesel::expression::{Expression, Selectable};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use each::Each;

type FromClause<T> = <T as QuerySource>::FromClause;

/// The query for one version of the struct `V`.
pub(crate) type One<V, R, DB> =
    Of<<V as Selectable<DB>>::SelectExpression, FromClause<<V as Version>::VersionTable>, R>;

/// The query for a number of versions.
pub(crate) type Count<V, R> = Of<CountStar, FromClause<<V as Version>::VersionTable>, R>;

/// The query for a number of versions since a moment.
pub(crate) type CountSince<V, R> =
    Of<CountStar, FromClause<<V as Version>::VersionTable>, RowSince<V, R>>;

/// The query for what one version changed.
pub(crate) type ChangesOfOne<V, R> = Of<ChangesOf<V>, FromClause<<V as Version>::VersionTable>, R>;

/// The query for something of the newest version of a row.
pub(crate) type Newest<S, V, R> = Of<S, FromClause<<V as Version>::VersionTable>, R>;

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
        let counts = Each::count::<Self>(parts).answers(conn)?;
        Ok(counts.into_iter().map(Option::unwrap_or_default).collect())
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
        let counts = Each::count::<Self::Version>(parts.collect()).answers(conn)?;
        Ok(counts.into_iter().map(Option::unwrap_or_default).collect())
    }
}

impl<T: Versioned> HasVersions for T {}

/// Where the versions are, seen from a transaction.
#[derive(Debug, Clone, Copy)]
enum Bound {
    None,
    Before(i64),
    At(i64),
    After(i64),
}

/// Which of them it is.
#[derive(Debug, Clone, Copy)]
enum End {
    Oldest,
    Newest,
}

/// A query of the versions of one row: `S` is what is selected, `F` the version table, `R` the
/// condition that finds the row.
#[derive(Debug)]
#[doc(hidden)]
pub struct Of<S, F, R> {
    selection: S,
    version_table: F,
    same_row: R,
    bound: Bound,
    one: Option<End>,
}

impl<R> Of<(), (), R> {
    fn one<V, DB>(same_row: R, bound: Bound, end: End) -> One<V, R, DB>
    where
        V: Version + Selectable<DB>,
        DB: Backend,
    {
        Of {
            selection: V::construct_selection(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound,
            one: Some(end),
        }
    }

    pub(crate) fn changes<V: Version>(same_row: R, transaction_id: i64) -> ChangesOfOne<V, R> {
        Of {
            selection: ChangesOf::new(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound: Bound::At(transaction_id),
            one: None,
        }
    }

    /// One, or none where the version is gone.
    pub(crate) fn count_at<V: Version>(same_row: R, transaction_id: i64) -> Count<V, R> {
        Of::count::<V>(same_row, Bound::At(transaction_id))
    }

    pub(crate) fn count_since<V: Version>(same_row: R, since: MadeBy<V>) -> CountSince<V, R> {
        Of::<(), (), RowSince<V, R>>::count::<V>(RowSince { same_row, since }, Bound::None)
    }

    pub(crate) fn newest<V: Version, S>(selection: S, same_row: R) -> Newest<S, V, R> {
        Of {
            selection,
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound: Bound::None,
            one: Some(End::Newest),
        }
    }

    pub(crate) fn all<V: Version, S>(selection: S, same_row: R) -> Newest<S, V, R> {
        Of {
            one: None,
            ..Self::newest::<V, S>(selection, same_row)
        }
    }

    fn count<V: Version>(same_row: R, bound: Bound) -> Count<V, R> {
        Of {
            selection: count_star(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound,
            one: None,
        }
    }
}

impl<S: Expression, F, R> Query for Of<S, F, R> {
    type SqlType = S::SqlType;
}

impl<S, F, R, C> RunQueryDsl<C> for Of<S, F, R> {}

/// The SQL depends on the values, so the type alone does not tell it.
impl<S, F, R> QueryId for Of<S, F, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, F, R, DB> QueryFragment<DB> for Of<S, F, R>
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    S: QueryFragment<DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.selection.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        self.bound.walk(&self.version_table, &mut out)?;
        if let Some(end) = self.one {
            end.walk(&self.version_table, &mut out)?;
        }
        Ok(())
    }
}

impl Bound {
    /// The condition behind others.
    fn walk<'b, F, DB>(
        &'b self,
        version_table: &'b F,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
        F: QueryFragment<DB>,
    {
        let (side, id) = match self {
            Self::None => return Ok(()),
            Self::Before(id) => (" < ", id),
            Self::At(id) => (" = ", id),
            Self::After(id) => (" > ", id),
        };
        out.push_sql(" AND ");
        push_transaction_id(version_table, out)?;
        out.push_sql(side);
        out.push_bind_param::<BigInt, _>(id)
    }
}

impl End {
    /// The order and the limit.
    fn walk<'b, F, DB>(self, version_table: &'b F, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        F: QueryFragment<DB>,
    {
        out.push_sql(" ORDER BY ");
        push_transaction_id(version_table, out)?;
        out.push_sql(match self {
            Self::Oldest => " LIMIT 1",
            Self::Newest => " DESC LIMIT 1",
        });
        Ok(())
    }
}

fn push_transaction_id<'b, F, DB>(
    version_table: &'b F,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    F: QueryFragment<DB>,
{
    version_table.walk_ast(out.reborrow())?;
    out.push_sql(".");
    out.push_identifier("transaction_id")
}

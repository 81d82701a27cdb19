//! A point in the history of a database.

use chrono::{DateTime, DurationRound, NaiveDateTime, TimeDelta, Utc};
use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Timestamp};

/// A point in the history of a database: right after a transaction, or an instant.
///
/// An instant means the state that the transactions had made whose record was written at or
/// before it (`issued_at`, in UTC, to the microsecond).
///
/// Whatever takes a moment takes an `i64`, the id of a transaction, as well, and chrono's
/// `DateTime<Utc>` and `NaiveDateTime` (taken as UTC), and [`SystemTime`](std::time::SystemTime).
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
/// use chrono::{TimeZone, Utc};
///
/// let after_transaction_2: Vec<ArticleVersion> = ArticleVersion::as_of(2).load(conn)?;
/// assert_eq!(after_transaction_2[0].name, "first");
///
/// let now: Vec<ArticleVersion> = ArticleVersion::as_of(Utc::now()).load(conn)?;
/// assert_eq!(now[0].name, "second");
///
/// let moon_landing = Utc.with_ymd_and_hms(1969, 7, 20, 20, 17, 40).unwrap();
/// let nothing: Vec<ArticleVersion> = ArticleVersion::as_of(moon_landing).load(conn)?;
/// assert!(nothing.is_empty());
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Right after the transaction with this id.
    Transaction(i64),
    /// At this instant.
    Instant(DateTime<Utc>),
}

impl From<i64> for Moment {
    fn from(transaction_id: i64) -> Self {
        Self::Transaction(transaction_id)
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant)
    }
}

/// A time without zone is taken as UTC.
impl From<NaiveDateTime> for Moment {
    fn from(utc: NaiveDateTime) -> Self {
        Self::Instant(utc.and_utc())
    }
}

impl From<std::time::SystemTime> for Moment {
    fn from(time: std::time::SystemTime) -> Self {
        Self::Instant(time.into())
    }
}

/// What is [`Into<Moment>`], where a query has to be one prepared statement: its type says which kind of
/// moment it is. An `i64`, a time of chrono's, [`SystemTime`](std::time::SystemTime); and a [`Moment`],
/// which may be either, so that the query's SQL is made anew each time to look for its statement.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::Moment;
///
/// let by_id: ArticleVersion = article.as_of(2).first(conn)?;
/// let by_moment: ArticleVersion = article.as_of(Moment::Transaction(2)).first(conn)?;
/// assert_eq!(by_id.name, by_moment.name);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait IntoMoment: Into<Moment> + sealed::Sealed {
    /// What a query binds for it. Part of the key of the prepared statement.
    type Bound: QueryId;
}

mod sealed {
    /// A wrong `Bound` would find another query's statement.
    pub trait Sealed {}
}

macro_rules! into_moment {
    ($($type:ty => $bound:ty,)+) => { $(
        impl sealed::Sealed for $type {}

        impl IntoMoment for $type {
            type Bound = $bound;
        }
    )+ };
}

into_moment! {
    i64 => BigInt,
    DateTime<Utc> => Timestamp,
    NaiveDateTime => Timestamp,
    std::time::SystemTime => Timestamp,
    Moment => Moment,
}

/// The SQL depends on the kind of moment.
impl QueryId for Moment {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The id of the last transaction at a moment, as SQL; NULL before the first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LastTransaction {
    Is(i64),
    IssuedBy(NaiveDateTime),
}

impl From<Moment> for LastTransaction {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment::Transaction(id) => Self::Is(id),
            Moment::Instant(instant) => Self::IssuedBy(end_of_microsecond(instant)),
        }
    }
}

impl<DB> QueryFragment<DB> for LastTransaction
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Timestamp>,
    i64: ToSql<BigInt, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            Self::Is(id) => out.push_bind_param::<BigInt, _>(id)?,
            Self::IssuedBy(time) => {
                // Ids and times are not drawn in one step: of the transactions that were recorded
                // at about the same time, the last is the one with the highest id.
                out.push_sql(
                    "(SELECT max(recent.id) FROM (SELECT id FROM continuum_transaction \
                     WHERE issued_at <= ",
                );
                out.push_bind_param::<Timestamp, _>(time)?;
                out.push_sql(" ORDER BY issued_at DESC LIMIT 100) recent)");
            }
        }
        Ok(())
    }
}

/// The query for it.
#[cfg_attr(
    not(any(feature = "mysql", feature = "postgres", feature = "sqlite")),
    allow(dead_code, reason = "the backends run it")
)]
pub(crate) struct SelectLast(pub(crate) LastTransaction);

impl Query for SelectLast {
    type SqlType = Nullable<BigInt>;
}

impl<C> RunQueryDsl<C> for SelectLast {}

/// The SQL depends on the kind of moment.
impl QueryId for SelectLast {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for SelectLast
where
    LastTransaction: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.0.walk_ast(out)
    }
}

/// The instant to the microsecond, and then as late as can be within it: SQLite compares times as
/// text of as many digits as they have, and engines with microseconds cut the rest off.
fn end_of_microsecond(instant: DateTime<Utc>) -> NaiveDateTime {
    let start = instant
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(instant);
    (start + TimeDelta::nanoseconds(999)).naive_utc()
}

//! The transaction log.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::{SqlType, Timestamp};
use serde_json::Value;

/// The SQL type of `meta`: JSON as each engine stores it (`jsonb` on PostgreSQL, `json` on
/// MySQL, text on SQLite).
///
/// Values are [`serde_json::Value`].
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
// The type's oid and its array's: src/include/catalog/pg_type.dat of PostgreSQL.
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 3802, array_oid = 3807))
)]
#[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Text")))]
#[cfg_attr(feature = "mysql", diesel(mysql_type(name = "String")))]
pub struct Meta;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
    use super::Meta;

    /// The transaction log: one row for each transaction that changed a versioned row.
    ///
    /// Its rows are read into [`Transaction`]. Columns of an application's own are declared with
    /// [`transaction_columns!`](crate::transaction_columns!). Version tables are joined with it after
    /// [`join_transactions!`](crate::join_transactions).
    continuum_transaction (id) {
        /// Increasing in the order in which transactions touched the same rows.
        id -> BigInt,
        /// When the record was made: UTC, microseconds.
        issued_at -> Timestamp,
        /// Who.
        actor -> Nullable<Text>,
        /// From where.
        remote_addr -> Nullable<Text>,
        /// Why.
        reason -> Nullable<Text>,
        /// Anything else: an object.
        meta -> Nullable<Meta>,
    }
}

/// One transaction that changed versioned rows: a row of
/// [`continuum_transaction`](mod@continuum_transaction).
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database();
/// use continuum_core::continuum_transaction;
///
/// let alice = ChangeInfo::new().actor("alice").meta("request_id", "f3a1");
/// conn.versioned_transaction(alice, |conn| {
///     diesel::insert_into(articles::table)
///         .values(articles::name.eq("Some article"))
///         .execute(conn)
/// })?;
///
/// let by_alice: Vec<Transaction> = continuum_transaction::table
///     .filter(continuum_transaction::actor.eq("alice"))
///     .order(continuum_transaction::id.desc())
///     .select(Transaction::as_select())
///     .load(conn)?;
/// assert_eq!(by_alice.len(), 1);
/// assert_eq!(by_alice[0].meta.as_ref().unwrap()["request_id"], "f3a1");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = continuum_transaction)]
pub struct Transaction {
    /// The key, which is `transaction_id` in the version tables. For each row of a table, ids are
    /// in the order in which transactions changed it. There may be gaps.
    pub id: i64,
    /// When the record was made, which is at the transaction's first change of a versioned row:
    /// UTC, microseconds (SQLite's clock has milliseconds).
    #[diesel(deserialize_as = UtcTimestamp)]
    pub issued_at: DateTime<Utc>,
    /// Who, if it was said.
    pub actor: Option<String>,
    /// From where, if it was said.
    pub remote_addr: Option<String>,
    /// Why, if it was said.
    pub reason: Option<String>,
    /// Anything else that was said: an object.
    pub meta: Option<Value>,
}

/// `issued_at` as it is stored: UTC without saying so.
#[derive(Debug, Clone, Copy, FromSqlRow)]
pub struct UtcTimestamp(NaiveDateTime);

impl<DB: Backend> FromSql<Timestamp, DB> for UtcTimestamp
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

impl From<UtcTimestamp> for DateTime<Utc> {
    fn from(timestamp: UtcTimestamp) -> Self {
        timestamp.0.and_utc()
    }
}

/// Lets Diesel join version tables with [`continuum_transaction`](mod@continuum_transaction), each
/// by its `transaction_id`. Once for each version table, in the crate that has its `table!`.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database();
/// use continuum_core::continuum_transaction;
///
/// continuum_core::join_transactions!(articles_version);
///
/// conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| article(conn))?;
/// let by_alice: Vec<(ArticleVersion, Transaction)> = articles_version::table
///     .inner_join(continuum_transaction::table)
///     .filter(continuum_transaction::actor.eq("alice"))
///     .select((ArticleVersion::as_select(), Transaction::as_select()))
///     .load(conn)?;
/// assert_eq!(by_alice[0].0.transaction_id, by_alice[0].1.id);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[macro_export]
macro_rules! join_transactions {
    ($($version_table:ident),+ $(,)?) => {$(
        const _: () = {
            use $crate::continuum_transaction;

            ::diesel::joinable!($version_table -> continuum_transaction (transaction_id));
            // Of what allow_tables_to_appear_in_same_query! says, what a crate may say of a table
            // that is not its own.
            impl ::diesel::query_source::TableNotEqual<continuum_transaction::table>
                for $version_table::table
            {
            }
            impl ::diesel::query_source::TableNotEqual<$version_table::table>
                for continuum_transaction::table
            {
            }
        };
    )+};
}

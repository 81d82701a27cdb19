//! Changing a row only if it is still what was read.

use crate::backend::RecordingBackend;
use crate::error::HistoryError;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::result::Error;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable};

type FromClause<T> = <T as QuerySource>::FromClause;

/// Whether a version is the newest of its row, and changes that depend on it: optimistic locking.
pub trait Latest: Version {
    /// Whether this is the newest version of its row, which may be its deletion.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    /// assert!(!versions[0].is_latest(conn)?);
    /// assert!(versions[1].is_latest(conn)?);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn is_latest<'a, C>(&'a self, conn: &mut C) -> QueryResult<bool>
    where
        C: LoadConnection,
        NewestOf<FromClause<Self::VersionTable>, Self::SameRow<'a>>: LoadQuery<'a, C, Option<i64>>,
    {
        let newest = self.newest(false).get_result(conn)?;
        Ok(newest == Some(self.transaction_id()))
    }

    /// Runs the closure if this is the newest version of its row, and keeps everybody else from
    /// changing the row until the transaction ends.
    ///
    /// The closure changes the row, or [reverts](crate::Revert::revert) it. It runs in a
    /// transaction, or in a savepoint of the one that is running. The row is locked before its
    /// versions are looked at, so of two who have read the same version, one goes first, and the
    /// other one is told. To try again, read the row anew.
    ///
    /// A row that is not there cannot be locked: where this version is a deletion, and two insert
    /// the row again, one of them gets the unique violation of the key.
    ///
    /// # Errors
    ///
    /// The closure's error as it is; [`Stale`](HistoryError::Stale), with the transaction of the
    /// newer version; [`NoVersion`](HistoryError::NoVersion) where this one is not in the version
    /// table; what the database says, under REPEATABLE READ and SERIALIZABLE its serialization
    /// failure. `E` is [`HistoryError`], or `diesel::result::Error`, or has a `From` of both.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
    /// use continuum_core::HistoryError;
    ///
    /// // What a form was filled with, and sends back: the id of the version that it showed.
    /// let shown: ArticleVersion = article.latest_version(conn)?.unwrap();
    ///
    /// let save = |conn: &mut SqliteConnection| {
    ///     conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
    ///         shown.if_latest(conn, |conn| {
    ///             diesel::update(&article).set(articles::name.eq("third")).execute(conn)
    ///                 .map_err(HistoryError::from)
    ///         })
    ///     })
    /// };
    /// assert_eq!(save(conn)?, 1);
    /// assert_eq!(save(conn), Err(HistoryError::Stale { newer: 4 }));
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn if_latest<'a, C, T, E, F>(&'a self, conn: &mut C, change: F) -> Result<T, E>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, C::Backend>,
        E: From<Error> + From<HistoryError>,
        F: FnOnce(&mut C) -> Result<T, E>,
        Self::SameRow<'a>: QueryFragment<C::Backend>,
        FromClause<Self::Table>: QueryFragment<C::Backend>,
        FromClause<Self::VersionTable>: QueryFragment<C::Backend>,
        NewestOf<FromClause<Self::VersionTable>, Self::SameRow<'a>>: LoadQuery<'a, C, Option<i64>>,
    {
        conn.transaction(|conn| {
            C::Backend::write(conn)?;
            if !<C::Backend as RecordingBackend>::LOCK_ROWS.is_empty() {
                let lock = LockRow {
                    table: Self::Table::table().from_clause(),
                    version_table: Self::VersionTable::table().from_clause(),
                    key: Self::KEY,
                    same_row: self.same_row(),
                    transaction_id: self.transaction_id(),
                };
                conn.execute_returning_count(&lock)?;
            }
            // Another statement, so that it sees what was committed while the first one waited.
            let transaction_id = self.transaction_id();
            match self.newest(true).get_result(conn)? {
                Some(newest) if newest == transaction_id => change(conn),
                Some(newer) if newer > transaction_id => {
                    Err(E::from(HistoryError::Stale { newer }))
                }
                _ => Err(E::from(HistoryError::NoVersion { transaction_id })),
            }
        })
    }

    /// The query for the transaction of the newest version of this row.
    #[doc(hidden)]
    fn newest(&self, locked: bool) -> NewestOf<FromClause<Self::VersionTable>, Self::SameRow<'_>> {
        NewestOf {
            version_table: Self::VersionTable::table().from_clause(),
            same_row: self.same_row(),
            locked,
        }
    }
}

impl<V: Version> Latest for V {}

#[derive(Debug)]
#[doc(hidden)]
pub struct NewestOf<F, R> {
    version_table: F,
    same_row: R,
    /// Whether the row is locked, so that what others have committed is to be seen.
    locked: bool,
}

impl<F, R> Query for NewestOf<F, R> {
    type SqlType = Nullable<BigInt>;
}

impl<F, R, C> RunQueryDsl<C> for NewestOf<F, R> {}

/// What Diesel has for the name of a table has no id.
impl<F, R> QueryId for NewestOf<F, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<F, R, DB> QueryFragment<DB> for NewestOf<F, R>
where
    DB: RecordingBackend,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT max(");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        out.push_identifier("transaction_id")?;
        out.push_sql(") FROM ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        if self.locked {
            out.push_sql(DB::LOCK_SEEN);
        }
        Ok(())
    }
}

/// Locks the row of a version.
struct LockRow<T, V, R> {
    table: T,
    version_table: V,
    key: &'static [&'static str],
    same_row: R,
    transaction_id: i64,
}

/// The columns of the key are not in the type.
impl<T, V, R> QueryId for LockRow<T, V, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, V, R, DB> QueryFragment<DB> for LockRow<T, V, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT 1 FROM ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE (");
        push_list(self.key, &mut out)?;
        out.push_sql(") IN (SELECT ");
        push_list(self.key, &mut out)?;
        out.push_sql(" FROM ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        out.push_identifier("transaction_id")?;
        out.push_sql(" = ");
        out.push_bind_param::<BigInt, _>(&self.transaction_id)?;
        out.push_sql(")");
        out.push_sql(DB::LOCK_ROWS);
        Ok(())
    }
}

fn push_list<DB: RecordingBackend>(
    names: &[&str],
    out: &mut AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    for (index, name) in names.iter().enumerate() {
        out.push_sql(if index == 0 { "" } else { ", " });
        out.push_identifier(name)?;
    }
    Ok(())
}

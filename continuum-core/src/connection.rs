//! Transactions that say who changes what and why.

use crate::backend::RecordingBackend;
use crate::change_info::ChangeInfo;
use diesel::connection::{Connection, LoadConnection};
use diesel::result::Error;

/// [`versioned_transaction`](Self::versioned_transaction) for Diesel's connections, pooled ones
/// included.
pub trait VersionedConnection: Connection {
    /// Like [`Connection::transaction`], and what it changes in versioned tables is recorded as
    /// one transaction, with `info`.
    ///
    /// A transaction that changes nothing versioned leaves nothing in the log. Costs one
    /// statement at the start, and on SQLite and MySQL a few short ones at the end; none for each
    /// statement inside.
    ///
    /// Calls nest. The inner one joins the outer transaction, as a savepoint does: what its
    /// `info` says is added to that of the outer one and wins where both say something; `meta`
    /// is merged key by key. If the inner one is rolled back, so is its `info`.
    ///
    /// Inside a transaction that was opened otherwise (`transaction`, `immediate_transaction`,
    /// `build_transaction`, `begin_test_transaction`) it is a savepoint. On PostgreSQL it then
    /// says who and why for the whole transaction; on SQLite and MySQL for what is changed in it.
    ///
    /// # Errors
    ///
    /// The closure's error comes back as it is, and everything is rolled back. An error of
    /// Diesel's, when the transaction could not be begun or committed, or when continuum is not
    /// installed in the database (`QueryBuilderError`, whose text says what to do).
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database();
    /// let info = ChangeInfo::new().actor("alice").reason("import");
    /// let article: Article = conn.versioned_transaction(info, |conn| {
    ///     diesel::insert_into(articles::table)
    ///         .values(articles::name.eq("Some article"))
    ///         .returning(Article::as_returning())
    ///         .get_result(conn)
    /// })?;
    ///
    /// // An error rolls everything back, the history as well.
    /// let failed = conn.versioned_transaction(ChangeInfo::new(), |conn| {
    ///     diesel::delete(&article).execute(conn)?;
    ///     Err::<(), _>(diesel::result::Error::RollbackTransaction)
    /// });
    /// assert_eq!(failed, Err(diesel::result::Error::RollbackTransaction));
    /// assert_eq!(article.versions().load(conn)?.len(), 1);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn versioned_transaction<T, E, F>(&mut self, info: ChangeInfo, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>;
}

impl<C> VersionedConnection for C
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    fn versioned_transaction<T, E, F>(&mut self, info: ChangeInfo, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        self.transaction(|conn| {
            let outer = C::Backend::begin(conn, &info)?;
            let mut scope = Scope {
                conn,
                outer,
                succeeded: false,
            };
            let value = f(scope.conn)?;
            C::Backend::end(scope.conn)?;
            scope.succeeded = true;
            Ok(value)
        })
    }
}

/// Tells the database when the closure is left, in whatever way.
struct Scope<'a, C>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    conn: &'a mut C,
    outer: <C::Backend as RecordingBackend>::Outer,
    succeeded: bool,
}

impl<C> Drop for Scope<'_, C>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    fn drop(&mut self) {
        C::Backend::leave(self.conn, &self.outer, self.succeeded);
    }
}

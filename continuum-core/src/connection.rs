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
    /// statement at the start (and, on SQLite, one at the end); none for each statement inside.
    ///
    /// Calls nest. The inner one joins the outer transaction, as a savepoint does: what its
    /// `info` says is added to that of the outer one and wins where both say something; `meta`
    /// is merged key by key. If the inner one is rolled back, so is its `info`.
    ///
    /// # Errors
    ///
    /// The closure's error comes back as it is, and everything is rolled back. An error of
    /// Diesel's, when the transaction could not be begun or committed, or when continuum is not
    /// installed in the database.
    ///
    /// # Example
    ///
    /// See the [front page](crate).
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
            <C::Backend as RecordingBackend>::begin(conn, &info)?;
            let value = f(conn)?;
            <C::Backend as RecordingBackend>::end(conn)?;
            Ok(value)
        })
    }
}

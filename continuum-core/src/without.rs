//! A scope in which nothing is recorded.

use crate::backend::RecordingBackend;
use crate::nesting::{self, depth, roll_back_to};
use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::Error;

/// [`without_versioning`](Self::without_versioning) for Diesel's connections, pooled ones included.
pub trait WithoutVersioning: Connection {
    /// Runs `f`, and what it changes in versioned tables is not recorded: no version, no row in
    /// the log. Only on this connection; others go on recording.
    ///
    /// It is no transaction: what `f` commits is committed, and an error rolls nothing back that
    /// `f` does not roll back itself. Calls nest, with each other and with
    /// [`versioned_transaction`](crate::VersionedConnection::versioned_transaction), in any order.
    ///
    /// Recording is on again afterwards, also after an error or a panic. A transaction that `f`
    /// began and left open is rolled back for that, and is an error.
    ///
    /// The history then does not know of these changes, and [`verify`](crate::verify()) says of
    /// each row that it is not what its newest version says. The next recorded change of such a
    /// row puts that right: from then on the history has what the row is.
    ///
    /// On PostgreSQL the role needs the right to call `continuum_stop_recording(boolean)`. Called
    /// outside of a transaction, it is a setting of the session there: behind a pooler that hands
    /// out connections by transaction, call it inside one. On MySQL it is a variable of the session
    /// always.
    ///
    /// # Errors
    ///
    /// The closure's error comes back as it is. An error of Diesel's, when recording could not be
    /// turned off, or not on again because a transaction was left open or is aborted.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let before = article.count_versions(conn)?;
    /// conn.without_versioning(|conn| {
    ///     diesel::update(&article)
    ///         .set(articles::name.eq("normalised"))
    ///         .execute(conn)
    /// })?;
    /// assert_eq!(article.count_versions(conn)?, before);
    ///
    /// diesel::update(&article).set(articles::name.eq("third")).execute(conn)?;
    /// assert_eq!(article.count_versions(conn)?, before + 1);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn without_versioning<T, E, F>(&mut self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>;
}

impl<C> WithoutVersioning for C
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    fn without_versioning<T, E, F>(&mut self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        let depth = depth(self)?;
        let Some(off) = C::Backend::turn_off(self, depth > 0)? else {
            // A call around this one has done it, and will undo it.
            return f(self);
        };
        let mut scope = Unrecorded {
            conn: self,
            depth,
            off: Some(off),
        };
        let result = f(scope.conn);
        let ended = scope.end();
        let value = result?;
        ended?;
        Ok(value)
    }
}

/// How recording was turned off: for the transaction that was running, or for the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Off {
    /// A rollback of the transaction turns recording on again.
    InTransaction,
    /// It lasts until it is taken back, outside of a transaction.
    OfSession,
}

struct Unrecorded<'a, C>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    conn: &'a mut C,
    /// How many transactions were running, one inside the other.
    depth: u32,
    off: Option<Off>,
}

impl<C> Unrecorded<'_, C>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    fn end(&mut self) -> QueryResult<()> {
        let Some(off) = self.off.take() else {
            return Ok(());
        };
        // What would be said inside of a transaction would be undone with it.
        let mut left_open = roll_back_to(self.conn, self.depth).0 > 0;
        match (C::Backend::turn_on(self.conn, off), off) {
            (Ok(()), _) => {}
            (Err(error), Off::InTransaction) => return Err(error),
            (Err(_), Off::OfSession) => {
                // One that Diesel does not know of, or that has been aborted.
                left_open = true;
                let rolled_back = self.conn.batch_execute("ROLLBACK");
                if let Err(error) = C::Backend::turn_on(self.conn, off) {
                    // Nobody may use this connection again; a pool does not.
                    C::TransactionManager::transaction_manager_status_mut(self.conn).set_in_error();
                    return Err(rolled_back.err().unwrap_or(error));
                }
            }
        }
        if left_open {
            return Err(nesting::left_open("without_versioning"));
        }
        Ok(())
    }
}

impl<C> Drop for Unrecorded<'_, C>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    /// After a panic, with which no other error can be told.
    fn drop(&mut self) {
        let _ = self.end();
    }
}

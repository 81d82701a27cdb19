//! A scope in which ordinary queries on the ordinary tables answer as of a moment.

use crate::backend::PastBackend;
use crate::moment::Moment;
use crate::nesting;
use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::result::{Error, QueryResult};

/// A moment of the past, and what to do with tables that have none.
///
/// Made from whatever makes a [`Moment`]: tables without a history are then refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    pub(crate) moment: Moment,
    pub(crate) live_tables: bool,
}

impl Past {
    /// The past at this moment. To query a table that has no history is an error.
    pub fn at(moment: impl Into<Moment>) -> Self {
        Self {
            moment: moment.into(),
            live_tables: false,
        }
    }

    /// Tables, and views, without a history show what they hold today.
    pub fn with_live_tables(self) -> Self {
        Self {
            live_tables: true,
            ..self
        }
    }
}

impl<M: Into<Moment>> From<M> for Past {
    fn from(moment: M) -> Self {
        Self::at(moment)
    }
}

/// [`as_of`](Self::as_of) for Diesel's connections, pooled ones included.
pub trait TimeTravel: Connection {
    /// Runs `f` with every table as it was at a moment: right after a transaction, or at a time.
    /// Inside stand ordinary Diesel queries on the ordinary tables; joins, `belonging_to` and
    /// raw SQL as well.
    ///
    /// Nothing can be written inside. Columns that the history does not keep are NULL. A table
    /// that has no history, or whose history begins later, is refused when it is queried, unless
    /// [`Past::with_live_tables`] says that those without one show their live rows. Rows that
    /// have no version because the history began without a baseline are shown as they are.
    ///
    /// TEMP views shadow the tables, in a transaction (a savepoint, inside of one) that is rolled
    /// back at the end, whatever happens: nothing stays. So on PostgreSQL the role needs the
    /// right to read the version tables, and to make temporary objects.
    ///
    /// On MySQL they are temporary tables, copies of every table that has a history: that takes as
    /// long as reading them all. They are dropped at the end. A write to one of them is an error
    /// at the end of the scope, and MySQL 8 cannot name one twice in a query (error 1137).
    ///
    /// # Errors
    ///
    /// The closure's error comes back as it is. An error of Diesel's when the scope cannot be
    /// opened or closed; on PostgreSQL also when a table with a history is not in the search
    /// path, because a name with a schema cannot be shadowed.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
    /// let then: Vec<Article> = conn.as_of(2, |conn| articles::table.load(conn))?;
    /// assert_eq!(then[0].name, "first");
    ///
    /// let now: Vec<Article> = articles::table.load(conn)?;
    /// assert_eq!(now[0].name, "second");
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn as_of<T, E, F>(&mut self, past: impl Into<Past>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>;
}

impl<C> TimeTravel for C
where
    C: LoadConnection,
    C::Backend: PastBackend,
{
    fn as_of<T, E, F>(&mut self, past: impl Into<Past>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        let past = past.into();
        let depth = nesting::depth(self)?;
        let mut around = Around {
            scope: Some(C::Backend::enter(self, past)?),
            conn: self,
            depth,
            end: None,
            stood: false,
        };
        let shown = around.show(past);
        let result = shown.map(|()| f(around.conn));
        let judged = match (&around.scope, &result) {
            (Some(scope), Ok(found)) => C::Backend::judge(around.conn, scope, found.is_err()),
            _ => Ok(()),
        };
        around.stood = judged.is_ok();
        let left = around.leave();
        judged?;
        let value = result??;
        left?;
        Ok(value)
    }
}

/// The scope, which ends when the closure panics as well.
struct Around<'a, C>
where
    C: LoadConnection,
    C::Backend: PastBackend,
{
    conn: &'a mut C,
    /// How many transactions were running around it.
    depth: u32,
    /// `None` after the end.
    scope: Option<<C::Backend as PastBackend>::Scope>,
    /// Where the past is shown, what makes the connection take writes again.
    end: Option<&'static str>,
    /// Whether it stood until the closure was done.
    stood: bool,
}

impl<C> Around<'_, C>
where
    C: LoadConnection,
    C::Backend: PastBackend,
{
    fn show(&mut self, past: Past) -> QueryResult<()> {
        C::TransactionManager::begin_transaction(self.conn)?;
        self.end = Some(C::Backend::shadow(self.conn, past)?);
        Ok(())
    }

    fn leave(&mut self) -> QueryResult<()> {
        let Some(scope) = self.scope.take() else {
            return Ok(());
        };
        if let Some(end) = self.end.filter(|end| !end.is_empty()) {
            // If it fails, the connection refuses the next statement that writes.
            let _ = self.conn.batch_execute(end);
        }
        let (ended, rolled_back) = nesting::roll_back_to(self.conn, self.depth);
        let stays = self.end.is_some() && !(self.stood && ended == 1 && rolled_back.is_ok());
        let gone = C::Backend::leave_past(self.conn, &scope, stays);
        if gone.is_err() {
            // Nobody may take the past for today; a pool does not.
            C::TransactionManager::transaction_manager_status_mut(self.conn).set_in_error();
        }
        nesting::depth(self.conn)?;
        rolled_back?;
        gone?;
        match (self.end, ended) {
            (None, _) | (_, 1) => Ok(()),
            (_, 0) => Err(ended_inside()),
            _ => Err(nesting::left_open("as_of")),
        }
    }
}

/// Somebody has ended the transaction of the scope.
pub(crate) fn ended_inside() -> Error {
    let message = "the transaction of as_of was ended inside of it; there is nothing to commit or \
         to roll back as of a moment";
    Error::QueryBuilderError(message.into())
}

impl<C> Drop for Around<'_, C>
where
    C: LoadConnection,
    C::Backend: PastBackend,
{
    fn drop(&mut self) {
        // After a panic.
        let _ = self.leave();
    }
}

/// A statement that makes the scope.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[derive(Debug, diesel::QueryableByName)]
#[doc(hidden)]
pub struct Statement {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(crate) statement: String,
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl Statement {
    /// One after the other.
    pub(crate) fn script(statements: Vec<Self>) -> String {
        let statements: Vec<_> = statements.into_iter().map(|row| row.statement).collect();
        statements.join("\n")
    }
}

//! Recording an activity.

use super::queries::{NewestReference, newest_reference, plain};
use crate::backend::RecordingBackend;
use crate::error::HistoryError;
use crate::log::Meta;
use crate::revert::quoted;
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Text};
use serde_json::Value;

/// An activity that is to be recorded: what was done, to what, with what.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::{HistoryError, NewActivity};
/// use serde_json::json;
///
/// let alice = ChangeInfo::new().actor("alice");
/// conn.versioned_transaction(alice, |conn| {
///     NewActivity::new("shared")
///         .object(&article)
///         .data(json!({"with": "bob@example.com"}))
///         .record(conn)
/// })?;
///
/// let never_stored = Article { id: 7, ..article };
/// let tried = NewActivity::new("shared").object(&never_stored).record(conn);
/// assert_eq!(tried, Err(HistoryError::NeverStored { table: "articles".to_owned() }));
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct NewActivity<O = (), T = ()> {
    verb: String,
    object: O,
    target: T,
    data: Option<Value>,
}

impl NewActivity {
    /// Something was done: `published`, `shared`. Free text.
    pub fn new(verb: impl Into<String>) -> Self {
        Self {
            verb: verb.into(),
            object: (),
            target: (),
            data: None,
        }
    }
}

impl<O, T> NewActivity<O, T> {
    /// What it was done to: a row with a history, of any table and with any key.
    pub fn object<R: Versioned>(self, object: &R) -> NewActivity<&R, T> {
        NewActivity {
            verb: self.verb,
            object,
            target: self.target,
            data: self.data,
        }
    }

    /// What else it was about: the page on which an article was published.
    pub fn target<R: Versioned>(self, target: &R) -> NewActivity<O, &R> {
        NewActivity {
            verb: self.verb,
            object: self.object,
            target,
            data: self.data,
        }
    }

    /// Anything else.
    pub fn data(mut self, data: impl Into<Value>) -> Self {
        self.data = Some(data.into());
        self
    }

    /// Records it, in the transaction that is running: with the newest versions that object and
    /// target have, which are their deletions if they were deleted. One query for each of them, and
    /// one to record.
    ///
    /// Inside a `versioned_transaction` it belongs to the transaction of the changes there, which is
    /// in the log then even if nothing changes.
    ///
    /// # Errors
    ///
    /// [`NeverStored`](HistoryError::NeverStored) where object or target has no version yet; and
    /// what the database says. Nothing is recorded then.
    pub fn record<C>(self, conn: &mut C) -> Result<(), HistoryError>
    where
        C: Connection,
        C::Backend: RecordingBackend + HasSqlType<Meta>,
        O: Subject<C>,
        T: Subject<C>,
        Insert: QueryFragment<C::Backend>,
    {
        let insert = Insert {
            object: self.object.reference(conn)?,
            target: self.target.reference(conn)?,
            verb: self.verb,
            data: self.data,
        };
        insert.execute(conn)?;
        Ok(())
    }
}

/// What an activity can point to: a row with a history, or nothing.
pub trait Subject<C: Connection> {
    /// The newest version of the row.
    #[doc(hidden)]
    fn reference(&self, conn: &mut C) -> Result<Option<Pointer>, HistoryError>;
}

/// A version, as an activity has it.
#[derive(Debug)]
#[doc(hidden)]
pub struct Pointer {
    table: String,
    key: String,
    transaction_id: i64,
}

impl<C: Connection> Subject<C> for () {
    fn reference(&self, _conn: &mut C) -> Result<Option<Pointer>, HistoryError> {
        Ok(None)
    }
}

impl<'r, R, C> Subject<C> for &'r R
where
    R: Versioned,
    C: Connection,
    C::Backend: RecordingBackend,
    <<R::Version as Version>::Table as QuerySource>::FromClause: QueryFragment<C::Backend>,
    NewestReference<R::Version, R::SameRow<'r>>: LoadQuery<'r, C, (String, i64)>,
{
    fn reference(&self, conn: &mut C) -> Result<Option<Pointer>, HistoryError> {
        let table = <R::Version as Version>::Table::table().from_clause();
        let table = plain(&quoted::<C::Backend, _>(&table)?);
        let query = newest_reference::<R::Version, _>((*self).same_row());
        let (key, transaction_id) =
            query
                .get_result(conn)
                .optional()?
                .ok_or_else(|| HistoryError::NeverStored {
                    table: table.clone(),
                })?;
        Ok(Some(Pointer {
            table,
            key,
            transaction_id,
        }))
    }
}

/// The statement. The database says which transaction it is.
#[derive(Debug)]
#[doc(hidden)]
pub struct Insert {
    verb: String,
    object: Option<Pointer>,
    target: Option<Pointer>,
    data: Option<Value>,
}

impl<C> RunQueryDsl<C> for Insert {}

/// The SQL depends on what there is.
impl QueryId for Insert {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Insert
where
    DB: RecordingBackend + HasSqlType<Meta>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    Value: ToSql<Meta, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO continuum_activity (verb, data, \
             object_table, object_key, object_transaction_id, \
             target_table, target_key, target_transaction_id) VALUES (",
        );
        out.push_bind_param::<Text, _>(&self.verb)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Meta>, _>(&self.data)?;
        for pointer in [&self.object, &self.target] {
            match pointer {
                Some(pointer) => {
                    out.push_sql(", ");
                    out.push_bind_param::<Text, _>(&pointer.table)?;
                    out.push_sql(", ");
                    out.push_bind_param::<Text, _>(&pointer.key)?;
                    out.push_sql(", ");
                    out.push_bind_param::<BigInt, _>(&pointer.transaction_id)?;
                }
                None => out.push_sql(", NULL, NULL, NULL"),
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

//! How each engine carries who and why to the triggers.

/// The methods of [`RecordingBackend`] that read what the database knows, which differ in their SQL
/// alone: the files of the directory. Diesel reads the rows of one engine, not of any.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
macro_rules! reads_its_catalog {
    (@rows $method:ident -> $row:ty, $file:expr) => {
        fn $method<C>(conn: &mut C) -> diesel::QueryResult<Vec<$row>>
        where
            C: LoadConnection<Backend = Self>,
        {
            diesel::sql_query(include_str!($file))
                .load(conn)
                .map_err(explain)
        }
    };
    (@query $method:ident -> $row:ty) => {
        fn $method<C>(conn: &mut C, query: String) -> diesel::QueryResult<Vec<$row>>
        where
            C: LoadConnection<Backend = Self>,
        {
            diesel::sql_query(query).load(conn)
        }
    };
    ($directory:literal) => {
        reads_its_catalog!(@rows histories -> crate::verify::History,
            concat!($directory, "/histories.sql"));
        reads_its_catalog!(@rows columns -> crate::revert::catalog::TableColumn,
            concat!($directory, "/columns.sql"));
        reads_its_catalog!(@rows foreign_keys -> crate::revert::catalog::ForeignKeyColumn,
            concat!($directory, "/foreign_keys.sql"));
        reads_its_catalog!(@query touched -> crate::touched::Touched);
        reads_its_catalog!(@query found -> crate::verify::Found);

        fn last_transaction<C>(
            conn: &mut C,
            moment: crate::moment::Moment,
        ) -> diesel::QueryResult<Option<i64>>
        where
            C: LoadConnection<Backend = Self>,
        {
            crate::moment::SelectLast(moment.into()).get_result(conn)
        }
    };
}

/// What [`PastBackend`] does where the past ends with the transaction that shows it: the rows of
/// `past.sql` in the directory are the statements.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! shows_its_past {
    ($directory:literal, read_only: $begin:literal, $end:literal) => {
        type Scope = ();

        fn enter<C>(_conn: &mut C, _past: crate::past::Past) -> diesel::QueryResult<()>
        where
            C: LoadConnection<Backend = Self>,
        {
            Ok(())
        }

        fn shadow<C>(conn: &mut C, past: crate::past::Past) -> diesel::QueryResult<&'static str>
        where
            C: LoadConnection<Backend = Self>,
        {
            // Before the first transaction nothing was there.
            let id = Self::last_transaction(conn, past.moment)?.unwrap_or(0);
            let query = include_str!(concat!($directory, "/past.sql"))
                .replace("{id}", &id.to_string())
                .replace("{live}", if past.live_tables { "true" } else { "false" });
            let shadows = diesel::sql_query(query).load(conn).map_err(explain)?;
            conn.batch_execute(&crate::past::Statement::script(shadows))?;
            conn.batch_execute($begin)?;
            Ok($end)
        }

        fn leave_past<C>(conn: &mut C, (): &(), stays: bool) -> diesel::QueryResult<()>
        where
            C: LoadConnection<Backend = Self>,
        {
            if !stays {
                return Ok(());
            }
            let query = include_str!(concat!($directory, "/past_left.sql"));
            let left = crate::past::Statement::script(diesel::sql_query(query).load(conn)?);
            match left.as_str() {
                "" => Ok(()),
                statements => conn.batch_execute(statements),
            }
        }
    };
}

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::change_info::ChangeInfo;
use crate::moment::Moment;
use crate::past::Past;
use crate::revert::catalog::{ForeignKeyColumn, TableColumn};
use crate::touched::Touched;
use crate::verify::{Found, History};
use crate::without::Off;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;

/// How many parts a UNION has at most. SQLite takes up to 500
/// (<https://www.sqlite.org/limits.html>), of which each may have some of its own.
pub(crate) const PARTS_OF_UNION: usize = 100;

/// How an engine finds the versions as of a moment, if not by looking at each.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOfBy {
    /// Each row's version is looked up: the planner passes a condition on the key on to the lookup.
    Lookup,
    /// Of a whole table, by grouping the index of the version table by row, where the server is one that
    /// leaps through it.
    Group,
    /// Of a whole table, each row's version is looked up by the index, and found by its place.
    Place,
}

/// An engine whose triggers record history: `Sqlite`, `Pg` and `Mysql`, each with its feature.
///
/// A bound for functions that are generic over the engine. Its methods are continuum's own.
pub trait RecordingBackend: Backend<QueryBuilder: Default> + Default {
    /// What an `INSERT` says between its columns and its rows so that keys which the database
    /// generates are taken from the rows.
    #[doc(hidden)]
    const INSERT_GENERATED_KEYS: &'static str;

    /// What each row of a table has that says where it is, if a row is found by it in one look.
    #[doc(hidden)]
    const PLACE: Option<&'static str> = None;

    /// How the versions as of a moment are found.
    #[doc(hidden)]
    const AS_OF: AsOfBy;

    /// Whether a statement that changes a table must not read its version table, which the
    /// triggers then write.
    #[doc(hidden)]
    const READS_VERSIONS_APART: bool = false;

    /// What the database had been told before.
    #[doc(hidden)]
    type Outer;

    /// What a `SELECT` ends with so that nobody else changes its rows before the transaction ends.
    #[doc(hidden)]
    const LOCK_ROWS: &'static str;

    /// What a query ends with so that it sees what others have committed, whatever the isolation
    /// level, and they leave it so.
    #[doc(hidden)]
    const LOCK_SEEN: &'static str = "";

    /// Whether numbers can have more digits than a double keeps.
    #[doc(hidden)]
    const HAS_DECIMALS: bool = true;

    /// Whether foreign keys are checked with each row of a statement, and not at its end.
    #[doc(hidden)]
    const CHECKS_EACH_ROW: bool = false;

    /// Whether a query must not name a temporary table twice.
    #[doc(hidden)]
    const READS_TEMPORARY_ONCE: bool = false;

    /// Prepares the next transaction, if none is running, for locking first and reading then.
    #[doc(hidden)]
    fn isolate<C>(_conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(())
    }

    /// The beginning of a statement that makes a temporary table of a query, with an index.
    #[doc(hidden)]
    fn create_temporary(name: &str, _key: &str) -> String {
        format!("CREATE TEMPORARY TABLE {name} AS ")
    }

    /// The statement that makes the index, where it takes one.
    #[doc(hidden)]
    fn index_temporary(name: &str, key: &str) -> String {
        format!("CREATE INDEX {name}_key ON {name} ({key})")
    }

    /// The statement that drops a temporary table, without ending the transaction.
    #[doc(hidden)]
    fn drop_temporary(name: &str) -> String {
        format!("DROP TABLE {name}")
    }

    /// The table that a statement changes, as its conditions read it.
    #[doc(hidden)]
    fn itself(table: &str, _columns: &[String]) -> String {
        table.to_owned()
    }

    /// Whether two rows have the same key, as SQL: `left` and `right` name them, `key` its columns.
    #[doc(hidden)]
    fn same_key(left: &str, right: &str, key: &[String]) -> String {
        let pairs: Vec<_> = key
            .iter()
            .map(|column| format!("{left}.{column} = {right}.{column}"))
            .collect();
        pairs.join(" AND ")
    }

    /// The `UPDATE` that sets columns of a table to those of the row `x` in `from`.
    #[doc(hidden)]
    fn update_from(table: &str, columns: &[String], from: &str, condition: &str) -> String {
        let set: Vec<_> = columns
            .iter()
            .map(|column| format!("{column} = x.{column}"))
            .collect();
        format!(
            "UPDATE {table} SET {} FROM {from} WHERE {condition}",
            set.join(", ")
        )
    }

    /// Tells the database who and why. Called right after the transaction or savepoint began.
    #[doc(hidden)]
    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<Self::Outer>
    where
        C: LoadConnection<Backend = Self>;

    /// Called right before the transaction or savepoint is committed.
    #[doc(hidden)]
    fn end<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// Stops recording what this connection changes; `None` where it is stopped already.
    #[doc(hidden)]
    fn turn_off<C>(conn: &mut C, in_transaction: bool) -> QueryResult<Option<Off>>
    where
        C: LoadConnection<Backend = Self>;

    /// Takes that back. An error where a transaction is open that was not open then.
    #[doc(hidden)]
    fn turn_on<C>(conn: &mut C, off: Off) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// An identifier.
    #[doc(hidden)]
    fn quoted(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A literal of text.
    #[doc(hidden)]
    fn literal(text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// Whether two values differ as they are stored.
    #[doc(hidden)]
    fn differs(left: &str, right: &str) -> String;

    /// A value as text.
    #[doc(hidden)]
    fn text(value: &str) -> String {
        format!("CAST({value} AS text)")
    }

    /// A value for JSON.
    #[doc(hidden)]
    fn json(value: &str) -> String;

    /// A value of a key for JSON: the same in every session.
    #[doc(hidden)]
    fn key(value: &str) -> String {
        Self::json(value)
    }

    /// The text of a key of these values, for comparing byte by byte.
    #[doc(hidden)]
    fn key_text(values: &[&str]) -> String {
        Self::text(&Self::json_array(values))
    }

    /// An array of values for JSON.
    #[doc(hidden)]
    fn json_array(values: &[&str]) -> String;

    /// The text of a JSON object of names and values, those that are NULL left out.
    #[doc(hidden)]
    fn json_object(members: &[(String, String)]) -> String;

    /// Called last, right before the transaction or savepoint is committed or rolled back, also
    /// while a panic unwinds.
    #[doc(hidden)]
    fn leave<C>(conn: &mut C, outer: &Self::Outer, succeeded: bool)
    where
        C: LoadConnection<Backend = Self>;

    /// What histories there are.
    #[doc(hidden)]
    fn histories<C>(conn: &mut C) -> QueryResult<Vec<History>>
    where
        C: LoadConnection<Backend = Self>;

    /// Runs a query of what a transaction changed.
    #[doc(hidden)]
    fn touched<C>(conn: &mut C, query: String) -> QueryResult<Vec<Touched>>
    where
        C: LoadConnection<Backend = Self>;

    /// The columns of the tables that have a history.
    #[doc(hidden)]
    fn columns<C>(conn: &mut C) -> QueryResult<Vec<TableColumn>>
    where
        C: LoadConnection<Backend = Self>;

    /// The foreign keys of these tables, and those to them.
    #[doc(hidden)]
    fn foreign_keys<C>(conn: &mut C) -> QueryResult<Vec<ForeignKeyColumn>>
    where
        C: LoadConnection<Backend = Self>;

    /// The last transaction at a moment.
    #[doc(hidden)]
    fn last_transaction<C>(conn: &mut C, moment: Moment) -> QueryResult<Option<i64>>
    where
        C: LoadConnection<Backend = Self>;

    /// Makes this transaction the one that writes, where an engine has one writer at a time.
    #[doc(hidden)]
    fn write<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// Defers the foreign keys that can be, and says by which statement that ends.
    #[doc(hidden)]
    fn defer<C>(conn: &mut C, constraints: &[&str]) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>;

    /// Runs a query that finds rows.
    #[doc(hidden)]
    fn found<C>(conn: &mut C, query: String) -> QueryResult<Vec<Found>>
    where
        C: LoadConnection<Backend = Self>;
}

/// An engine on which ordinary queries can be asked of the past: `Sqlite`, `Pg` and `Mysql`.
///
/// A bound for functions that are generic over the engine. Its methods are continuum's own.
pub trait PastBackend: RecordingBackend {
    /// What stands around the transaction in which the past is shown.
    #[doc(hidden)]
    type Scope;

    /// Called before that transaction begins.
    #[doc(hidden)]
    fn enter<C>(conn: &mut C, past: Past) -> QueryResult<Self::Scope>
    where
        C: LoadConnection<Backend = Self>;

    /// Shows the past in the transaction, makes it read-only, and says what takes that back where
    /// its end does not.
    #[doc(hidden)]
    fn shadow<C>(conn: &mut C, past: Past) -> QueryResult<&'static str>
    where
        C: LoadConnection<Backend = Self>;

    /// What was done in it that cannot be: called right after the closure.
    #[doc(hidden)]
    fn judge<C>(_conn: &mut C, _scope: &Self::Scope, _failed: bool) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(())
    }

    /// Called last, after the transaction and also while a panic unwinds. `stays` says that the end of
    /// the transaction may not have taken everything along.
    #[doc(hidden)]
    fn leave_past<C>(conn: &mut C, scope: &Self::Scope, stays: bool) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;
}

/// What to do when the log is not there.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
fn not_installed(error: diesel::result::Error) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(
        format!(
            "continuum is not installed in this database ({error}); write its migration with \
             `continuum-cli gen-migrations` and apply it with `diesel migration run`"
        )
        .into(),
    )
}

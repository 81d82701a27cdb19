//! How each engine carries who and why to the triggers.

/// The methods of [`RecordingBackend`] that read what the database knows, which differ in their SQL
/// alone: the files of the directory. Diesel reads the rows of one engine, not of any.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
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

        fn past<C>(
            conn: &mut C,
            id: i64,
            live_tables: bool,
        ) -> diesel::QueryResult<Vec<crate::past::Statement>>
        where
            C: LoadConnection<Backend = Self>,
        {
            let query = include_str!(concat!($directory, "/past.sql"))
                .replace("{id}", &id.to_string())
                .replace("{live}", if live_tables { "true" } else { "false" });
            diesel::sql_query(query).load(conn).map_err(explain)
        }
    };
}

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::change_info::ChangeInfo;
use crate::moment::Moment;
use crate::past::Statement;
use crate::revert::catalog::{ForeignKeyColumn, TableColumn};
use crate::touched::Touched;
use crate::verify::{Found, History};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::LoadConnection;

/// An engine whose triggers record history: `Sqlite` and `Pg`, each with its feature.
///
/// A bound for functions that are generic over the engine. Its methods are continuum's own.
pub trait RecordingBackend: Backend<QueryBuilder: Default> + Default {
    /// What an `INSERT` says between its columns and its rows so that keys which the database
    /// generates are taken from the rows.
    #[doc(hidden)]
    const INSERT_GENERATED_KEYS: &'static str;

    /// Whether the rows as of a moment are looked up one by one, wherever a condition on the key
    /// then reaches the lookup: whether the planner passes it on to the queries inside.
    #[doc(hidden)]
    const AS_OF_STARTS_FROM_ROWS: bool = false;

    /// What a `SELECT` ends with so that nobody else changes its rows before the transaction ends.
    #[doc(hidden)]
    const LOCK_ROWS: &'static str;

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
    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>;

    /// Called right before the transaction or savepoint is committed.
    #[doc(hidden)]
    fn end<C>(conn: &mut C) -> QueryResult<()>
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

    /// An array of values for JSON.
    #[doc(hidden)]
    fn json_array(values: &[&str]) -> String;

    /// The text of a JSON object of names and values, those that are NULL left out.
    #[doc(hidden)]
    fn json_object(members: &[(String, String)]) -> String;

    /// What histories there are.
    #[doc(hidden)]
    fn histories<C>(conn: &mut C) -> QueryResult<Vec<History>>
    where
        C: LoadConnection<Backend = Self>;

    /// What makes a transaction read-only, and what takes that back where its end does not.
    #[doc(hidden)]
    const READ_ONLY: (&'static str, &'static str);

    /// The statements that shadow the tables as they were after a transaction.
    #[doc(hidden)]
    fn past<C>(conn: &mut C, id: i64, live_tables: bool) -> QueryResult<Vec<Statement>>
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

/// What to do when the log is not there.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn not_installed(error: diesel::result::Error) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(
        format!(
            "continuum is not installed in this database ({error}); write its migration with \
             `continuum-cli gen-migrations` and apply it with `diesel migration run`"
        )
        .into(),
    )
}

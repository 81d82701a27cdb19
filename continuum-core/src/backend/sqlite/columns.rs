//! What is said in columns of the application's own: `continuum_context` has a column for each, once
//! something is said in one.

use super::statement::{Also, Amend, Begin, BeginInner, Said, context_column};
use super::{explain, is_missing_table, text};
use crate::backend::RecordingBackend;
use crate::transaction_column::{ColumnValue, not_there};
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::Error;
use diesel::sqlite::Sqlite;

/// As `Begin`.
pub(super) fn begin_with<C>(conn: &mut C, said: Said, columns: Vec<ColumnValue>) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let begin = Also(Begin(said), columns);
    let begun = match begin.execute_in(conn) {
        Err(error) if is_missing_table(&error) || is_missing_column(&error) => 0,
        other => other?,
    };
    if begun == 0 {
        let names = log_columns(conn)?;
        make_context(conn, &names)?;
        begin.execute_at_last(conn)?;
    }
    Ok(())
}

/// As `BeginInner` and `Amend`.
pub(super) fn begin_inner_with<C>(
    conn: &mut C,
    said: Said,
    columns: Vec<ColumnValue>,
    recorded: bool,
) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let begin = Also(BeginInner(said), columns);
    match begin.execute_in(conn) {
        Err(error) if is_missing_column(&error) => {
            let names = log_columns(conn)?;
            widen_context(conn, &names)?;
            begin.execute_at_last(conn)?;
        }
        other => drop(other?),
    }
    if recorded {
        Also(Amend, begin.1).execute_in(conn)?;
    }
    Ok(())
}

impl<Q> Also<Q>
where
    Self: QueryFragment<Sqlite> + QueryId,
{
    fn execute_in<C>(&self, conn: &mut C) -> QueryResult<usize>
    where
        C: LoadConnection<Backend = Sqlite>,
    {
        conn.execute_returning_count(self)
    }

    /// The context has all columns that the log has.
    fn execute_at_last<C>(&self, conn: &mut C) -> QueryResult<usize>
    where
        C: LoadConnection<Backend = Sqlite>,
    {
        self.execute_in(conn).map_err(|error| {
            if is_missing_column(&error) {
                not_there(&self.1)
            } else {
                error
            }
        })
    }
}

/// The table, where no transaction has said anything in it yet, and its trigger.
pub(super) fn make_context<C>(conn: &mut C, columns: &[String]) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    // One that is there may have columns of which the trigger would not know.
    let drop = "DROP TABLE IF EXISTS temp.continuum_context; \
         DROP TRIGGER IF EXISTS temp.continuum_context_transaction;";
    conn.batch_execute(drop)?;
    let (table, trigger) = context(columns);
    conn.batch_execute(&table).map_err(explain)?;
    add(conn, columns)?;
    conn.batch_execute(&trigger).map_err(explain)
}

/// The table that is there gets what it lacks, and a trigger that knows of it.
fn widen_context<C>(conn: &mut C, columns: &[String]) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let there = names(conn, "pragma_table_info('continuum_context', 'temp')")?;
    let lacking: Vec<_> = columns
        .iter()
        .filter(|column| !there.contains(&context_column(column)))
        .cloned()
        .collect();
    conn.batch_execute("DROP TRIGGER IF EXISTS temp.continuum_context_transaction")?;
    add(conn, &lacking)?;
    conn.batch_execute(&context(columns).1).map_err(explain)
}

/// Without a type, so that every value stays what it is.
fn add<C>(conn: &mut C, columns: &[String]) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    columns.iter().try_for_each(|column| {
        let column = quoted(&context_column(column));
        conn.batch_execute(&format!(
            "ALTER TABLE temp.continuum_context ADD COLUMN {column}"
        ))
    })
}

/// The statement that makes the table, and the one that makes the trigger.
fn context(columns: &[String]) -> (String, String) {
    let (names, values) =
        columns
            .iter()
            .fold((String::new(), String::new()), |(names, values), column| {
                let (of_log, of_context) = (quoted(column), quoted(&context_column(column)));
                (
                    format!("{names}, {of_log}"),
                    format!("{values},\n            coalesce(NEW.{of_log}, c.{of_context})"),
                )
            });
    let trigger = include_str!("context_trigger.sql")
        .replace("{columns}", &names)
        .replace("{values}", &values);
    (include_str!("context.sql").to_owned(), trigger)
}

/// The columns of the log besides continuum's.
fn log_columns<C>(conn: &mut C) -> QueryResult<Vec<String>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let own = "('id', 'issued_at', 'actor', 'remote_addr', 'reason', 'meta')";
    let of_log =
        format!("pragma_table_info('continuum_transaction', 'main') WHERE name NOT IN {own}");
    names(conn, &of_log)
}

fn names<C>(conn: &mut C, from: &str) -> QueryResult<Vec<String>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let names = text(
        conn,
        &format!("(SELECT json_group_array(name) FROM {from})"),
    )?;
    serde_json::from_str(&names).map_err(|error| Error::DeserializationError(error.into()))
}

fn quoted(name: &str) -> String {
    Sqlite::quoted(name)
}

fn is_missing_column(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, about)
        if about.message().contains("no column named column ")
            || about.message().starts_with("no such column: column "))
}

//! SQLite: a TEMP table and a TEMP trigger of the connection.
//!
//! The statements are in `sqlite/*.sql`, with what each relies on.

mod columns;
mod statement;

use super::{AsOfBy, PastBackend, RecordingBackend, not_installed};
use crate::as_of::PLACE;
use crate::change_info::ChangeInfo;
use crate::without::Off;
use columns::{begin_inner_with, begin_with};
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use serde_json::{Map, Value};
use statement::{
    Amend, Begin, BeginInner, End, EndInner, EndRecorded, Forget, Recorded, Running, Said,
};

impl RecordingBackend for Sqlite {
    type Outer = ();

    const INSERT_GENERATED_KEYS: &'static str = "";
    const LOCK_ROWS: &'static str = "";
    const PLACE: Option<&'static str> = Some(PLACE);
    const HAS_DECIMALS: bool = false;
    const AS_OF: AsOfBy = AsOfBy::Place;

    /// By the collation of the table, so that its index serves, and exactly.
    fn same_key(left: &str, right: &str, key: &[String]) -> String {
        let pairs: Vec<_> = key
            .iter()
            .map(|column| {
                let (left, right) = (format!("{left}.{column}"), format!("{right}.{column}"));
                format!("{left} = {right} AND {left} = {right} COLLATE BINARY")
            })
            .collect();
        pairs.join(" AND ")
    }

    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let info = info.clone();
        let said = Said {
            actor: info.actor,
            remote_addr: info.remote_addr,
            reason: info.reason,
            meta: None,
        };
        let columns = info.columns;
        match outer(conn)? {
            Some(outer) => {
                let recorded = outer.recorded(conn)?;
                let meta = merged(outer.meta, info.meta)?;
                let said = Said { meta, ..said };
                if columns.is_empty() {
                    BeginInner(said).execute(conn)?;
                    if recorded.is_some() {
                        Amend.execute(conn)?;
                    }
                } else {
                    begin_inner_with(conn, said, columns, recorded.is_some())?;
                }
            }
            None => {
                let meta = merged(None, info.meta)?;
                let said = Said { meta, ..said };
                if columns.is_empty() {
                    let begun = match Begin(said.clone()).execute(conn) {
                        Err(error) if is_missing_table(&error) => 0,
                        other => other?,
                    };
                    if begun == 0 {
                        columns::make_context(conn, &[])?;
                        Begin(said).execute(conn)?;
                    }
                } else {
                    begin_with(conn, said, columns)?;
                }
            }
        }
        Ok(())
    }

    fn end<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let Some(running) = running(conn)? else {
            return Ok(());
        };
        if running.depth > 1 {
            EndInner.execute(conn)?;
            return Ok(());
        }
        End.execute(conn)?;
        let Some((id, netted)) = running.recorded(conn)? else {
            return Ok(());
        };
        // First, because a log that is only added to lets go of no transaction but the running one.
        if netted {
            let forget: String = Forget { id }.get_result(conn)?;
            conn.batch_execute(&forget)?;
        }
        EndRecorded.execute(conn)?;
        Ok(())
    }

    /// TEMP triggers of this connection on the version tables, which nobody else sees.
    fn turn_off<C>(conn: &mut C, in_transaction: bool) -> QueryResult<Option<Off>>
    where
        C: LoadConnection<Backend = Self>,
    {
        let statements = text(conn, include_str!("sqlite/turn_off.sql")).map_err(explain)?;
        if statements.is_empty() {
            return Ok(None);
        }
        // Diesel does not know of a transaction that was begun with SQL.
        if in_transaction || conn.batch_execute("BEGIN").is_err() {
            let all = format!("SAVEPOINT continuum_off; {statements} RELEASE continuum_off");
            return match conn.batch_execute(&all) {
                Ok(()) => Ok(Some(Off::InTransaction)),
                Err(error) => {
                    conn.batch_execute("ROLLBACK TO continuum_off; RELEASE continuum_off")?;
                    Err(error)
                }
            };
        }
        in_one_transaction(conn, &statements)?;
        Ok(Some(Off::OfSession))
    }

    fn turn_on<C>(conn: &mut C, off: Off) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        if off == Off::OfSession {
            // An error where a transaction is open, with which this could be rolled back.
            conn.batch_execute("BEGIN")?;
        }
        let statements = text(conn, include_str!("sqlite/turn_on.sql"))?;
        match off {
            Off::InTransaction => conn.batch_execute(&statements),
            Off::OfSession => in_one_transaction(conn, &statements),
        }
    }

    fn differs(left: &str, right: &str) -> String {
        format!("({left} IS NOT {right} COLLATE BINARY OR typeof({left}) <> typeof({right}))")
    }

    fn json(value: &str) -> String {
        format!(
            "CASE typeof({value}) WHEN 'blob' THEN '\\x' || lower(hex({value})) ELSE {value} END"
        )
    }

    fn json_array(values: &[&str]) -> String {
        format!("json_array({})", values.join(", "))
    }

    /// In parts: a function takes 127 arguments (<https://www.sqlite.org/limits.html>). A patch
    /// leaves out what is null (RFC 7396).
    fn json_object(members: &[(String, String)]) -> String {
        members.chunks(60).fold("'{}'".to_owned(), |object, part| {
            let part: Vec<_> = part
                .iter()
                .map(|(name, value)| format!("{name}, {value}"))
                .collect();
            format!("json_patch({object}, json_object({}))", part.join(", "))
        })
    }

    /// The database forgets with the transaction.
    fn leave<C>(_conn: &mut C, (): &(), _succeeded: bool)
    where
        C: LoadConnection<Backend = Self>,
    {
    }

    reads_its_catalog!("sqlite");

    /// A statement that could write takes the lock. What is read afterwards is still true when the
    /// transaction writes.
    fn write<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        conn.batch_execute("DELETE FROM main.continuum_current WHERE false")
            .map_err(explain)
    }

    /// Until the transaction ends; what is violated then is an error of COMMIT's.
    fn defer<C>(conn: &mut C, _constraints: &[&str]) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>,
    {
        let deferred = "SELECT CAST(defer_foreign_keys AS TEXT) AS rule, NULL AS row_key, \
             NULL AS transaction_id FROM pragma_defer_foreign_keys";
        let deferred = Self::found(conn, deferred.to_owned())?;
        if deferred.iter().any(|found| found.rule == "1") {
            return Ok(String::new());
        }
        conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
        Ok("PRAGMA defer_foreign_keys = OFF".to_owned())
    }
}

/// The text that a query has for its only value.
fn text<C>(conn: &mut C, query: &str) -> QueryResult<String>
where
    C: LoadConnection<Backend = Sqlite>,
{
    diesel::select(sql::<Text>(query)).get_result(conn)
}

/// Ends the transaction that was just begun, with these statements or without.
fn in_one_transaction<C>(conn: &mut C, statements: &str) -> QueryResult<()>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let done = conn.batch_execute(&format!("{statements} COMMIT"));
    if done.is_err() {
        conn.batch_execute("ROLLBACK")?;
    }
    done
}

impl PastBackend for Sqlite {
    shows_its_past!("sqlite", read_only: "PRAGMA query_only = ON", "PRAGMA query_only = OFF");
}

/// The calls of `versioned_transaction` that are running.
struct Calls {
    depth: i32,
    /// What they have said.
    meta: Option<String>,
    may_have_recorded: bool,
}

impl Calls {
    /// The transaction in the log, where there is one, and whether a version of it was taken away.
    fn recorded<C>(&self, conn: &mut C) -> QueryResult<Option<(i64, bool)>>
    where
        C: LoadConnection<Backend = Sqlite>,
    {
        if !self.may_have_recorded {
            return Ok(None);
        }
        match Recorded.get_result(conn).optional() {
            // The transaction log was dropped meanwhile.
            Err(error) if is_missing_table(&error) => Ok(None),
            other => other,
        }
    }
}

fn running<C>(conn: &mut C) -> QueryResult<Option<Calls>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let row: Option<(i32, Option<String>, bool)> = Running.get_result(conn).optional()?;
    Ok(row.map(|(depth, meta, may_have_recorded)| Calls {
        depth,
        meta,
        may_have_recorded,
    }))
}

/// The calls around this one.
fn outer<C>(conn: &mut C) -> QueryResult<Option<Calls>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    let alone = C::TransactionManager::transaction_manager_status_mut(conn)
        .transaction_depth()?
        .is_none_or(|depth| depth.get() == 1);
    if alone {
        return Ok(None);
    }
    match running(conn) {
        Err(error) if is_missing_table(&error) => Ok(None),
        other => other,
    }
}

/// `None` where nothing is added.
fn merged(outer: Option<String>, added: Map<String, Value>) -> QueryResult<Option<String>> {
    if added.is_empty() {
        return Ok(None);
    }
    let mut meta: Map<String, Value> = match outer {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Error::DeserializationError(error.into()))?,
        None => Map::new(),
    };
    meta.extend(added);
    Ok(Some(Value::from(meta).to_string()))
}

fn is_missing_table(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, about)
        if about.message().starts_with("no such table"))
}

fn explain(error: Error) -> Error {
    if is_missing_table(&error) {
        not_installed(error)
    } else {
        error
    }
}

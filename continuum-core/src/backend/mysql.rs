//! MySQL and MariaDB: user variables of the session.
//!
//! They know nothing of transactions and savepoints, so whatever is told is taken back when the
//! closure is left. The variables are read by the procedure `continuum_begin`.

mod columns;
mod past;
mod statement;

use super::{AsOfBy, RecordingBackend, not_installed};
use crate::change_info::ChangeInfo;
use crate::without::Off;
use columns::Before;
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::Error;
use serde_json::{Map, Value};
use statement::{
    Amend, Begin, Clear, Forget, GoOn, IsOff, Netted, NewestVersionTables, Restore, Said, Told,
    TurnOff, TurnOn, Unused, VersionTables,
};

impl RecordingBackend for Mysql {
    /// What the closures around this one have said; `None` where there are none.
    type Outer = Option<Before>;

    const INSERT_GENERATED_KEYS: &'static str = "";
    const AS_OF: AsOfBy = AsOfBy::Group;
    const READS_VERSIONS_APART: bool = true;
    const CHECKS_EACH_ROW: bool = true;
    const READS_TEMPORARY_ONCE: bool = true;
    const LOCK_ROWS: &'static str = " FOR UPDATE";
    const LOCK_SEEN: &'static str = " LOCK IN SHARE MODE";

    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<Self::Outer>
    where
        C: LoadConnection<Backend = Self>,
    {
        let info = info.clone();
        let outer = outer(conn)?;
        let around = outer.clone().unwrap_or_default();
        let said = Said {
            actor: info.actor.or(around.actor),
            remote_addr: info.remote_addr.or(around.remote_addr),
            reason: info.reason.or(around.reason),
            meta: merged(around.meta.as_deref(), info.meta)?,
            columns: columns::merged(around.columns.as_deref(), &info.columns),
            depth: depth(conn)?,
        };
        if !info.columns.is_empty() {
            return columns::begin_with(conn, outer, said, info.columns);
        }
        match outer {
            None => {
                Begin(said).execute(conn)?;
                Ok(None)
            }
            Some(outer) => {
                Restore(said).execute(conn)?;
                if let Err(error) = amend(conn, &Amend) {
                    Restore(outer).execute(conn)?;
                    return Err(explain(error));
                }
                Ok(Some(Before {
                    is_apart: is_apart(&outer, depth(conn)?),
                    said: outer,
                    saved: None,
                }))
            }
        }
    }

    /// A transaction whose changes have cancelled out takes its record along.
    fn end<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let netted: Option<String> = Netted.get_result(conn).map_err(explain)?;
        let Some(ids) = netted else { return Ok(()) };
        let version_tables: Vec<String> = VersionTables.load(conn)?;
        let newest: Vec<String> = NewestVersionTables.load(conn)?;
        if !newest.iter().all(|table| version_tables.contains(table)) {
            // A history that began after the snapshot cannot be read, and may have versions.
            return Ok(());
        }
        for id in ids.split(',').filter_map(|id| id.parse().ok()) {
            let version_tables = version_tables.clone();
            let unused: Option<i64> = Unused { id, version_tables }.get_result(conn).optional()?;
            if let Some(id) = unused {
                Forget(id).execute(conn)?;
            }
        }
        Ok(())
    }

    /// A variable that the triggers look at first. No rollback takes it back.
    fn turn_off<C>(conn: &mut C, in_transaction: bool) -> QueryResult<Option<Off>>
    where
        C: LoadConnection<Backend = Self>,
    {
        if IsOff.get_result(conn).map_err(explain)? {
            return Ok(None);
        }
        // Diesel does not know of a transaction that was begun with SQL.
        let off = if in_transaction || outside_of_transactions(conn).is_err() {
            Off::InTransaction
        } else {
            Off::OfSession
        };
        TurnOff.execute(conn)?;
        Ok(Some(off))
    }

    fn turn_on<C>(conn: &mut C, off: Off) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        if off == Off::OfSession {
            outside_of_transactions(conn)?;
        }
        TurnOn.execute(conn).map(drop)
    }

    /// A session that cannot be told has ended, or would say of the next change what was said of this
    /// one: nobody may use the connection again; a pool does not.
    fn leave<C>(conn: &mut C, outer: &Self::Outer, succeeded: bool)
    where
        C: LoadConnection<Backend = Self>,
    {
        let mut tell = || match outer {
            None => Clear.execute(conn).map(drop),
            Some(outer) if !succeeded || outer.is_apart => outer.restore(conn),
            Some(outer) => GoOn(outer.said.depth).execute(conn).map(drop),
        };
        // Once more, for the case that a statement was cancelled, and it was this one.
        if tell().or_else(|_| tell()).is_err() {
            C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
        }
    }

    fn quoted(name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    /// Hexadecimal, because what a backslash means depends on the session.
    fn literal(text: &str) -> String {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        format!("_utf8mb4 X'{bytes}'")
    }

    fn differs(left: &str, right: &str) -> String {
        format!("NOT (CAST({left} AS BINARY) <=> CAST({right} AS BINARY))")
    }

    /// A number is one, and everything else is text: the type of a value cannot be asked for, but
    /// what JSON makes of it can. Bytes that are no text are hexadecimal, and so are those that
    /// would look like it.
    fn json(value: &str) -> String {
        let bytes = format!("CAST({value} AS BINARY)");
        let text = format!("CONVERT({bytes} USING utf8mb4)");
        let of = |value: &str| format!("JSON_EXTRACT(JSON_ARRAY({value}), '$[0]')");
        let number = of(value);
        let mark = "CONCAT(CHAR(92 USING utf8mb4), 'x')";
        let text = of(&format!(
            "CASE WHEN CHARSET({value}) <> 'binary' THEN CONVERT({value} USING utf8mb4) \
             WHEN CAST({text} AS BINARY) <=> {bytes} AND LEFT({text}, 2) <> {mark} THEN {text} \
             ELSE CONCAT({mark}, LOWER(HEX({value}))) END"
        ));
        format!(
            "CASE WHEN CHARSET({value}) = 'binary' AND JSON_TYPE({number}) IN \
             ('INTEGER', 'UNSIGNED INTEGER', 'DECIMAL', 'DOUBLE') THEN {number} ELSE {text} END"
        )
    }

    fn text(value: &str) -> String {
        format!("CAST({value} AS CHAR)")
    }

    fn key_text(values: &[&str]) -> String {
        let text = Self::text(&Self::json_array(values));
        format!("CONVERT({text} USING utf8mb4) COLLATE utf8mb4_bin")
    }

    fn json_array(values: &[&str]) -> String {
        format!("JSON_ARRAY({})", values.join(", "))
    }

    /// A patch leaves out what is null (RFC 7396).
    fn json_object(members: &[(String, String)]) -> String {
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("{name}, {value}"))
            .collect();
        format!(
            "CAST(JSON_MERGE_PATCH('{{}}', JSON_OBJECT({})) AS CHAR)",
            members.join(", ")
        )
    }

    reads_its_catalog!("mysql");

    /// Rows are locked one by one.
    fn write<C>(_conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(())
    }

    /// Every foreign key is checked with each row; statements are ordered for it.
    fn defer<C>(_conn: &mut C, _constraints: &[&str]) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(String::new())
    }

    /// At REPEATABLE READ, whatever is copied to a temporary table is locked, with the gaps around
    /// it, and what others commit meanwhile is not seen by other statements.
    fn isolate<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let status = C::TransactionManager::transaction_manager_status_mut(conn);
        if status.transaction_depth()?.is_none() {
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
        }
        Ok(())
    }

    /// Creating an index of its own would commit the transaction.
    fn create_temporary(name: &str, key: &str) -> String {
        format!("CREATE TEMPORARY TABLE {name} (KEY ({key})) AS ")
    }

    fn index_temporary(_name: &str, _key: &str) -> String {
        String::new()
    }

    /// Without the word, dropping a table commits the transaction.
    fn drop_temporary(name: &str) -> String {
        format!("DROP TEMPORARY TABLE IF EXISTS {name}")
    }

    /// There is no `UPDATE … FROM`, but several tables may be named where the first one is.
    fn update_from(table: &str, columns: &[String], from: &str, condition: &str) -> String {
        let set: Vec<_> = columns
            .iter()
            .map(|column| format!("{table}.{column} = x.{column}"))
            .collect();
        format!(
            "UPDATE {table}, {from} SET {} WHERE {condition}",
            set.join(", ")
        )
    }

    /// A statement of MySQL's reads the table that it changes only in a derived table that is
    /// made apart, for which DISTINCT provides (error 1093).
    fn itself(table: &str, columns: &[String]) -> String {
        format!("(SELECT DISTINCT {} FROM {table})", columns.join(", "))
    }
}

/// An error where a transaction is running: nothing else tells on both engines. Where none is, this
/// is what holds for the next one anyway, unless it was to be read-only.
fn outside_of_transactions<C>(conn: &mut C) -> QueryResult<()>
where
    C: LoadConnection<Backend = Mysql>,
{
    conn.batch_execute("SET TRANSACTION READ WRITE")
}

/// What the calls around this one have said; `None` where there are none.
fn outer<C>(conn: &mut C) -> QueryResult<Option<Said>>
where
    C: LoadConnection<Backend = Mysql>,
{
    if depth(conn)? <= Some(1) {
        return Ok(None);
    }
    type Text = Option<String>;
    let told: (bool, Text, Text, Text, Text, Text, Option<i64>) = Told.get_result(conn)?;
    let (running, actor, remote_addr, reason, meta, columns, depth) = told;
    Ok(running.then_some(Said {
        actor,
        remote_addr,
        reason,
        meta,
        columns,
        depth,
    }))
}

/// How many transactions and savepoints of Diesel's are open.
fn depth<C>(conn: &mut C) -> QueryResult<Option<i64>>
where
    C: LoadConnection<Backend = Mysql>,
{
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    Ok(status.transaction_depth()?.map(|depth| depth.get().into()))
}

/// Whether a savepoint of the application's stands between the closure of this depth and the one around it. When it
/// is rolled back, nobody is told, so what is said inside does not outlive the closure, but for the record.
fn is_apart(around: &Said, depth: Option<i64>) -> bool {
    depth > around.depth.map(|depth| depth + 1)
}

/// The record, if there is one already, says what is said now. Which one it is, and whether it went with a
/// savepoint, the database finds out first: an UPDATE that finds none would lock the end of the log.
fn amend<C, T>(conn: &mut C, amend: &T) -> QueryResult<()>
where
    C: LoadConnection<Backend = Mysql>,
    T: QueryFragment<Mysql> + QueryId,
{
    conn.batch_execute("CALL continuum_resume()")?;
    conn.execute_returning_count(amend).map(drop)
}

/// `None` where nothing is said.
fn merged(outer: Option<&str>, added: Map<String, Value>) -> QueryResult<Option<String>> {
    let mut meta: Map<String, Value> = match outer {
        Some(text) => {
            serde_json::from_str(text).map_err(|error| Error::DeserializationError(error.into()))?
        }
        None => Map::new(),
    };
    meta.extend(added);
    Ok((!meta.is_empty()).then(|| Value::from(meta).to_string()))
}

fn explain(error: Error) -> Error {
    let is_missing = matches!(&error, Error::DatabaseError(_, about)
        if about.message().contains("continuum_") && about.message().contains("exist"));
    if is_missing {
        not_installed(error)
    } else {
        error
    }
}

//! The past, in temporary tables: a view cannot be temporary.
//!
//! They outlive transactions and savepoints, and can be neither made nor dropped in a read-only
//! transaction. So they are made before the one of the scope begins, and dropped after it.

use super::explain;
use crate::backend::{PastBackend, RecordingBackend};
use crate::past::Past;
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

/// The mode in which tables are copied, whatever the application's: every value is taken as it is,
/// and no engine for another.
const COPYING: &str = "SET @continuum_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = \
     'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', \
     @continuum_error = NULL, @continuum_errno = NULL";
const COPIED: &str = "SET SESSION sql_mode = @continuum_sql_mode";

/// How the table is called, before its number, that a table without a past is made of, and that is
/// not there, so that every query fails.
const NO_PAST: &str = "continuum_no_past_";

/// `ER_WRONG_MRG_TABLE`: what a table is made of is not there.
const CANNOT_OPEN: i64 = 1168;

/// What stands around a scope.
#[derive(Debug)]
pub struct Scope {
    id: i64,
    /// Whether a transaction is running around it.
    nested: bool,
    /// Whether the session was read-only before.
    read_only: bool,
    /// The tables that are made, as SQL.
    made: Vec<String>,
    /// Those that refuse every query.
    refusing: Vec<String>,
    /// How many statements have written in this session.
    written: Vec<String>,
}

#[derive(QueryableByName)]
struct Shadow {
    #[diesel(sql_type = Text)]
    name: String,
    /// The statement that makes it; NULL where the table has no past.
    #[diesel(sql_type = Nullable<Text>)]
    statement: Option<String>,
}

#[derive(QueryableByName)]
struct Status {
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = Nullable<Text>)]
    error: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
}

impl PastBackend for Mysql {
    type Scope = Scope;

    fn enter<C>(conn: &mut C, past: Past) -> QueryResult<Scope>
    where
        C: LoadConnection<Backend = Self>,
    {
        let status = C::TransactionManager::transaction_manager_status_mut(conn);
        let mut scope = Scope {
            id: 0,
            nested: status.transaction_depth()?.is_some(),
            read_only: false,
            made: Vec::new(),
            refusing: Vec::new(),
            written: Vec::new(),
        };
        // MariaDB's name for it, and MySQL's.
        let read_only: Vec<Status> = sql_query(
            "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_read_only', 'transaction_read_only')",
        )
        .load(conn)?;
        scope.read_only = read_only.iter().any(|status| status.value == "ON");
        Self::isolate(conn)?;
        let made = conn.transaction(|conn| {
            let mode = conn.batch_execute(COPYING);
            let made = mode.and_then(|()| scope.make(conn, past));
            conn.batch_execute(COPIED)?;
            made
        });
        let ready = made.and_then(|()| {
            scope.written = written(conn)?;
            // Of the session, because DDL ends the transaction before it is refused.
            conn.batch_execute("SET SESSION TRANSACTION READ ONLY")
        });
        match ready {
            Ok(()) => Ok(scope),
            Err(error) => {
                if Self::leave_past(conn, &scope, false).is_err() {
                    C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
                }
                Err(error)
            }
        }
    }

    fn shadow<C>(_conn: &mut C, _past: Past) -> QueryResult<&'static str>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok("")
    }

    fn judge<C>(conn: &mut C, scope: &Scope, failed: bool) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        // First of all: any other statement makes the database forget.
        let told = "GET DIAGNOSTICS CONDITION 1 \
             @continuum_error = MESSAGE_TEXT, @continuum_errno = MYSQL_ERRNO";
        if failed && conn.batch_execute(told).is_ok() {
            let last: Last = sql_query(
                "SELECT CONVERT(@continuum_error USING utf8mb4) AS error, \
                CAST(@continuum_errno AS SIGNED) AS number",
            )
            .get_result(conn)?;
            if let Some(table) = scope.refused(&last) {
                return Err(refused(format!(
                    "continuum: {table} has no past at transaction {}; its history begins later, \
                     was ended, or there is none: give it one, or ask for live rows",
                    scope.id
                )));
            }
        }
        if !failed && written(conn)? != scope.written {
            return Err(refused(
                "continuum: nothing can be written as of a moment; write before or after it"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    fn leave_past<C>(conn: &mut C, scope: &Scope, _stays: bool) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        // One that Diesel does not know of takes no DROP.
        if !scope.nested {
            conn.batch_execute("ROLLBACK")?;
        }
        if !scope.read_only {
            conn.batch_execute("SET SESSION TRANSACTION READ WRITE")?;
        }
        if !scope.made.is_empty() {
            let tables = scope.made.join(", ");
            conn.batch_execute(&format!("DROP TEMPORARY TABLE IF EXISTS {tables}"))?;
        }
        Ok(())
    }
}

impl Scope {
    fn make<C>(&mut self, conn: &mut C, past: Past) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Mysql>,
    {
        // Before the first transaction nothing was there.
        self.id = Mysql::last_transaction(conn, past.moment)?.unwrap_or(0);
        let shadows = include_str!("past.sql")
            .replace("{id}", &self.id.to_string())
            .replace("{live}", if past.live_tables { "TRUE" } else { "FALSE" });
        let shadows: Vec<Shadow> = sql_query(shadows).load(conn).map_err(explain)?;
        for shadow in shadows {
            let table = Mysql::quoted(&shadow.name);
            if let Some(statement) = shadow.statement {
                conn.batch_execute(&statement)?;
            } else {
                let number = self.refusing.len();
                conn.batch_execute(&format!(
                    "CREATE TEMPORARY TABLE {table} (no_past INT) \
                     ENGINE = MERGE UNION = ({NO_PAST}{number})"
                ))?;
                self.refusing.push(shadow.name);
            }
            self.made.push(table);
        }
        Ok(())
    }

    /// The table without a past of which an error tells. MariaDB says first which one is not there, MySQL only
    /// that there is one.
    fn refused(&self, last: &Last) -> Option<String> {
        if last.number == Some(CANNOT_OPEN) {
            return match self.refusing.as_slice() {
                [] => None,
                [table] => Some(table.clone()),
                tables => Some(format!("one of {}", tables.join(", "))),
            };
        }
        let (_, number) = last.error.as_deref()?.split_once(NO_PAST)?;
        let digits = number.find(|char: char| !char.is_ascii_digit());
        let number: usize = number[..digits.unwrap_or(number.len())].parse().ok()?;
        self.refusing.get(number).cloned()
    }
}

/// How many statements of each kind have written in this session: a temporary table takes them all.
fn written<C>(conn: &mut C) -> QueryResult<Vec<String>>
where
    C: LoadConnection<Backend = Mysql>,
{
    let status: Vec<Status> = sql_query(
        "SHOW SESSION STATUS WHERE Variable_name IN ('Com_insert', 'Com_insert_select', \
         'Com_replace', 'Com_replace_select', 'Com_update', 'Com_update_multi', 'Com_delete', \
         'Com_delete_multi', 'Com_load', 'Com_truncate')",
    )
    .load(conn)?;
    Ok(status.into_iter().map(|status| status.value).collect())
}

fn refused(text: String) -> Error {
    Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text))
}

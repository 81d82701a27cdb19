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
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

/// The mode in which tables are copied, whatever the application's: every value is taken as it is,
/// and no engine for another.
const COPYING: &str = "SET @continuum_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = \
     'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION', \
     @continuum_error = NULL";
const COPIED: &str = "SET SESSION sql_mode = @continuum_sql_mode";

/// What a query of a table without a past fails with: that there is no table under it.
const NO_PAST: i64 = 1168;

/// What stands around a scope.
#[derive(Debug)]
pub struct Scope {
    id: i64,
    /// Whether a transaction is running around it.
    nested: bool,
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
    #[diesel(sql_type = Bool)]
    has_past: bool,
    #[diesel(sql_type = Text)]
    statement: String,
}

#[derive(QueryableByName)]
struct Status {
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = Nullable<BigInt>)]
    error: Option<i64>,
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
            made: Vec::new(),
            refusing: Vec::new(),
            written: Vec::new(),
        };
        Self::isolate(conn)?;
        let made = conn.transaction(|conn| {
            let mode = conn.batch_execute(COPYING);
            let made = mode.and_then(|()| scope.make(conn, past));
            conn.batch_execute(COPIED)?;
            made
        });
        let ready = made.and_then(|()| {
            scope.written = written(conn)?;
            if scope.nested {
                return Ok(());
            }
            conn.batch_execute("SET TRANSACTION READ ONLY")
        });
        match ready {
            Ok(()) => Ok(scope),
            Err(error) => {
                Self::leave_past(conn, &scope);
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
        let told = "GET DIAGNOSTICS CONDITION 1 @continuum_error = MYSQL_ERRNO";
        if failed && conn.batch_execute(told).is_ok() {
            let last: Last =
                sql_query("SELECT CAST(@continuum_error AS SIGNED) AS error").get_result(conn)?;
            if last.error == Some(NO_PAST) {
                return Err(refused(format!(
                    "continuum: a table was queried that has no past at transaction {}: one of {}; \
                     its history begins later, was ended, or there is none: give it one, or ask \
                     for live rows",
                    scope.id,
                    scope.refusing.join(", ")
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

    fn leave_past<C>(conn: &mut C, scope: &Scope)
    where
        C: LoadConnection<Backend = Self>,
    {
        let status = C::TransactionManager::transaction_manager_status_mut(conn);
        let running = !matches!(status.transaction_depth(), Ok(None));
        if running && !scope.nested {
            // A panic has left it, and it takes no DROP.
            let _ = conn.batch_execute("ROLLBACK");
        }
        if !scope.made.is_empty() {
            let tables = scope.made.join(", ");
            let _ = conn.batch_execute(&format!("DROP TEMPORARY TABLE IF EXISTS {tables}"));
        }
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
            conn.batch_execute(&shadow.statement)?;
            self.made.push(Mysql::quoted(&shadow.name));
            if !shadow.has_past {
                self.refusing.push(shadow.name);
            }
        }
        Ok(())
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

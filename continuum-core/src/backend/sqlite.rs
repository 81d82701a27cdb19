//! SQLite: a TEMP table and a TEMP trigger of the connection.
//!
//! The statements are in `sqlite/*.sql`, with what each relies on.

mod statement;

use super::{RecordingBackend, not_installed};
use crate::change_info::ChangeInfo;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sqlite::Sqlite;
use serde_json::{Map, Value};
use statement::{Amend, Begin, End, EndInner, EndRecorded, Forget, OuterMeta};

const CONTEXT: &str = include_str!("sqlite/context.sql");

impl RecordingBackend for Sqlite {
    const INSERT_GENERATED_KEYS: &'static str = "";

    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let meta = meta(conn, info)?;
        let begin = |conn: &mut C| -> QueryResult<(Option<i64>, bool)> {
            let info = info.clone();
            Begin {
                actor: info.actor,
                remote_addr: info.remote_addr,
                reason: info.reason,
                meta: meta.clone(),
            }
            .get_result(conn)
        };
        let (transaction, ready) = match begin(conn) {
            Err(error) if is_missing_table(&error) => {
                conn.batch_execute(CONTEXT).map_err(explain)?;
                begin(conn)?
            }
            other => other?,
        };
        if !ready {
            conn.batch_execute(CONTEXT).map_err(explain)?;
        }
        if transaction.is_some() {
            Amend.execute(conn)?;
        }
        Ok(())
    }

    fn end<C>(conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let Some(transaction) = End.get_result::<Option<i64>>(conn).optional()? else {
            EndInner.execute(conn)?;
            return Ok(());
        };
        let Some(id) = transaction else {
            return Ok(());
        };
        if EndRecorded.get_result::<bool>(conn)? {
            let forget: String = Forget { id }.get_result(conn)?;
            conn.batch_execute(&forget)?;
        }
        Ok(())
    }
}

/// What this call and those around it say in `meta`; `None` where this one adds nothing.
fn meta<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<Option<String>>
where
    C: LoadConnection<Backend = Sqlite>,
{
    if info.meta.is_empty() {
        return Ok(None);
    }
    let outer = match OuterMeta.get_result::<Option<String>>(conn).optional() {
        Err(error) if is_missing_table(&error) => None,
        other => other?.flatten(),
    };
    let mut meta: Map<String, Value> = match outer {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Error::DeserializationError(error.into()))?,
        None => Map::new(),
    };
    meta.extend(info.meta.clone());
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

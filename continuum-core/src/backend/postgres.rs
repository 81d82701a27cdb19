//! PostgreSQL: a transaction-local setting.

mod columns;

use super::{AsOfBy, PastBackend, RecordingBackend, not_installed};
use crate::change_info::ChangeInfo;
use crate::past::ended_inside;
use crate::without::Off;
use diesel::connection::{LoadConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::DatabaseErrorKind;
use diesel::sql_types::{Bool, Jsonb, Nullable, Text};
use serde_json::Value;

impl RecordingBackend for Pg {
    type Outer = ();

    const INSERT_GENERATED_KEYS: &'static str = " OVERRIDING SYSTEM VALUE";
    const AS_OF: AsOfBy = AsOfBy::Lookup;
    const LOCK_ROWS: &'static str = " FOR UPDATE";

    fn begin<C>(conn: &mut C, info: &ChangeInfo) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        if !info.columns.is_empty() {
            return columns::begin_with(conn, info);
        }
        let info = info.to_json();
        let outermost = C::TransactionManager::transaction_manager_status_mut(conn)
            .transaction_depth()?
            .is_none_or(|depth| depth.get() == 1);
        let told = if outermost {
            SetContext(info.to_string()).execute(conn)
        } else {
            AddContext(info).execute(conn)
        };
        told.map(drop).map_err(explain)
    }

    /// The setting ends with the transaction.
    fn end<C>(_conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(())
    }

    /// A setting of the transaction, or of the session.
    fn turn_off<C>(conn: &mut C, in_transaction: bool) -> QueryResult<Option<Off>>
    where
        C: LoadConnection<Backend = Self>,
    {
        if recording(conn)?.is_some() {
            return Ok(None);
        }
        let turn_off = include_str!("postgres/turn_off.sql")
            .replace("{in_transaction}", &in_transaction.to_string());
        conn.batch_execute(&turn_off).map_err(explain)?;
        let off = recording(conn)?.map(|setting| match &*setting {
            "off" => Off::InTransaction,
            _ => Off::OfSession,
        });
        Ok(off)
    }

    fn turn_on<C>(conn: &mut C, off: Off) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        conn.batch_execute(match off {
            Off::InTransaction => "SET LOCAL continuum.recording = ''",
            Off::OfSession => include_str!("postgres/turn_on.sql"),
        })
    }

    fn differs(left: &str, right: &str) -> String {
        format!("ROW({left})::record *<> ROW({right})::record")
    }

    fn json(value: &str) -> String {
        format!("to_jsonb({value})")
    }

    fn json_array(values: &[&str]) -> String {
        format!("jsonb_build_array({})", values.join(", "))
    }

    /// Not a function with a pair of arguments for each member, of which it takes 50.
    fn json_object(members: &[(String, String)]) -> String {
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("({name}, {value})"))
            .collect();
        format!(
            "(SELECT coalesce(jsonb_object_agg(m.name, m.value), '{{}}')::text \
             FROM (VALUES {}) AS m (name, value) WHERE m.value IS NOT NULL)",
            members.join(", ")
        )
    }

    /// The database forgets with the transaction.
    fn leave<C>(_conn: &mut C, (): &(), _succeeded: bool)
    where
        C: LoadConnection<Backend = Self>,
    {
    }

    reads_its_catalog!("postgres");

    /// Rows are locked one by one.
    fn write<C>(_conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        Ok(())
    }

    fn defer<C>(conn: &mut C, constraints: &[&str]) -> QueryResult<String>
    where
        C: LoadConnection<Backend = Self>,
    {
        if constraints.is_empty() {
            return Ok(String::new());
        }
        let set = format!("SET CONSTRAINTS {} ", constraints.join(", "));
        conn.batch_execute(&format!("{set} DEFERRED"))?;
        Ok(format!("{set} IMMEDIATE"))
    }
}

/// The setting that turns recording off, if it does.
fn recording<C>(conn: &mut C) -> QueryResult<Option<String>>
where
    C: LoadConnection<Backend = Pg>,
{
    let setting = "nullif(current_setting('continuum.recording', true), '')";
    diesel::select(sql::<Nullable<Text>>(setting)).get_result(conn)
}

impl PastBackend for Pg {
    shows_its_past!(
        "postgres",
        read_only: "SET TRANSACTION READ ONLY; SET LOCAL continuum.past = 'on'", ""
    );

    /// The setting goes with the transaction. One that has been aborted answers nothing, and is there.
    fn judge<C>(conn: &mut C, (): &(), _failed: bool) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Self>,
    {
        let is_there = sql::<Bool>("coalesce(current_setting('continuum.past', true), '') = 'on'");
        match diesel::select(is_there).get_result(conn) {
            Ok(false) => Err(ended_inside()),
            Ok(true) | Err(_) => Ok(()),
        }
    }
}

fn explain(error: diesel::result::Error) -> diesel::result::Error {
    match &error {
        // Not what a foreign key of the log says of a value.
        diesel::result::Error::DatabaseError(DatabaseErrorKind::Unknown, about)
            if about.message().contains("continuum_") =>
        {
            not_installed(error)
        }
        _ => error,
    }
}

/// The context of a transaction that has none yet.
#[derive(QueryId)]
struct SetContext(String);

impl QueryFragment<Pg> for SetContext {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT set_config('continuum.context', ");
        out.push_bind_param::<Text, _>(&self.0)?;
        // Resolved when the statement is prepared: an error where continuum is not installed.
        out.push_sql(", true) WHERE 'continuum_transaction_id'::regproc IS NOT NULL");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for SetContext {}

/// An addition to the context of a transaction that may have one.
#[derive(QueryId)]
struct AddContext(Value);

impl QueryFragment<Pg> for AddContext {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT continuum_add_context(");
        out.push_bind_param::<Jsonb, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for AddContext {}

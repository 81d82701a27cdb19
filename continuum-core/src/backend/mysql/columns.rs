//! What is said in columns of the application's own: a user variable for each, which counts where
//! `@continuum_columns` names it. A variable keeps a value as it is, and so does another one until the
//! closure is left that has said something else.

use super::statement::{Restore, Said};
use super::{amend, explain, is_apart};
use crate::transaction_column::{ColumnValue, not_there};
use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error;

/// What the closures around one have said.
pub struct Before {
    pub(super) said: Said,
    pub(super) saved: Option<Saved>,
    /// Whether a savepoint of the application's stands between them and this one.
    pub(super) is_apart: bool,
}

/// The variables that hold what the closures around one have said in columns.
#[derive(Clone)]
pub(super) struct Saved {
    depth: i64,
    variables: Vec<&'static str>,
}

impl Before {
    /// This is said again, and nothing else.
    pub(super) fn restore<C>(&self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection<Backend = Mysql>,
    {
        match &self.saved {
            None => Restore(self.said.clone()).execute(conn),
            Some(saved) => RestoreWith(self.said.clone(), saved.clone()).execute(conn),
        }
        .map(drop)
    }
}

/// The columns in which something is said, those that are added among them.
pub(super) fn merged(outer: Option<&str>, added: &[ColumnValue]) -> Option<String> {
    let outer = outer.into_iter().flat_map(|names| names.split(','));
    let mut names: Vec<&str> = outer.collect();
    for value in added {
        if !names.contains(&value.variable) {
            names.push(value.variable);
        }
    }
    (!names.is_empty()).then(|| names.join(","))
}

/// Says this, as the outermost closure or beside what is said already.
pub(super) fn begin_with<C>(
    conn: &mut C,
    outer: Option<Said>,
    said: Said,
    columns: Vec<ColumnValue>,
) -> QueryResult<Option<Before>>
where
    C: LoadConnection<Backend = Mysql>,
{
    let before = outer.map(|around| Before {
        is_apart: is_apart(&around, said.depth),
        said: around,
        saved: Some(Saved {
            depth: said.depth.unwrap_or_default(),
            variables: columns.iter().map(|value| value.variable).collect(),
        }),
    });
    let saved = before.as_ref().and_then(|before| before.saved.clone());
    let begin = BeginWith {
        said,
        columns,
        saved,
    };
    conn.execute_returning_count(&begin)
        .map_err(|error| explain_column(error, &begin.columns))?;
    if let Some(before) = &before {
        if let Err(error) = amend(conn, &AmendWith(begin.columns)) {
            before.restore(conn)?;
            return Err(explain(error));
        }
    }
    Ok(before)
}

/// Fails where the log lacks a column.
struct BeginWith {
    said: Said,
    columns: Vec<ColumnValue>,
    /// None where it is the outermost.
    saved: Option<Saved>,
}

impl QueryFragment<Mysql> for BeginWith {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SET ");
        match &self.saved {
            None => out.push_sql(
                "@continuum_context = TRUE, @continuum_transaction = NULL, \
                 @continuum_statement = NULL, @continuum_netted = NULL, ",
            ),
            Some(Saved { depth, variables }) => {
                for variable in variables {
                    out.push_sql(&format!(
                        "@continuum_saved_{depth}_{variable} = @continuum_column_{variable}, "
                    ));
                }
            }
        }
        // Of columns that are not there the statement cannot be prepared; no row is read.
        out.push_sql("@continuum_checked = (SELECT ");
        for (index, value) in self.columns.iter().enumerate() {
            out.push_sql(if index == 0 { "COUNT(" } else { " + COUNT(" });
            out.push_identifier(value.column)?;
            out.push_sql(")");
        }
        out.push_sql(" FROM continuum_transaction WHERE FALSE), ");
        self.said.walk(out.reborrow())?;
        for value in &self.columns {
            out.push_sql(&format!(", @continuum_column_{} = ", value.variable));
            value.mysql(out.reborrow())?;
        }
        Ok(())
    }
}

struct AmendWith(Vec<ColumnValue>);

impl QueryFragment<Mysql> for AmendWith {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE continuum_transaction SET actor = @continuum_actor, \
             remote_addr = @continuum_remote_addr, reason = @continuum_reason, \
             meta = @continuum_meta",
        );
        for value in &self.0 {
            out.push_sql(", ");
            out.push_identifier(value.column)?;
            out.push_sql(&format!(" = @continuum_column_{}", value.variable));
        }
        out.push_sql(" WHERE id = @continuum_transaction");
        Ok(())
    }
}

struct RestoreWith(Said, Saved);

impl QueryFragment<Mysql> for RestoreWith {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SET ");
        self.0.walk(out.reborrow())?;
        let Saved { depth, variables } = &self.1;
        for variable in variables {
            out.push_sql(&format!(
                ", @continuum_column_{variable} = @continuum_saved_{depth}_{variable}"
            ));
        }
        Ok(())
    }
}

macro_rules! known_by_text {
    ($($name:ident),+) => {$(
        impl QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl<C> RunQueryDsl<C> for $name {}
    )+};
}

known_by_text!(BeginWith, AmendWith, RestoreWith);

fn explain_column(error: Error, columns: &[ColumnValue]) -> Error {
    match &error {
        Error::DatabaseError(_, about) if about.message().starts_with("Unknown column") => {
            not_there(columns)
        }
        _ => explain(error),
    }
}

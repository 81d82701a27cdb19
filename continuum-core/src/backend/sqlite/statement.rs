//! The statements as Diesel queries, so that Diesel prepares each of them once for a connection.
//!
//! Those that say something in columns of the application's own differ by these columns, and have no
//! type of their own for each: Diesel knows them by their text.

use crate::transaction_column::ColumnValue;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;

/// What is said of a transaction.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) actor: Option<String>,
    pub(super) remote_addr: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) meta: Option<String>,
}

/// The same, and what is said in columns of the application's own.
pub(super) struct Also<Q>(pub(super) Q, pub(super) Vec<ColumnValue>);

macro_rules! saying {
    ($($name:ident, $walk:ident, $file:literal;)+) => {$(
        #[derive(QueryId)]
        pub(super) struct $name(pub(super) Said);

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                $walk(include_str!($file), &self.0, &[], out)
            }
        }

        impl QueryFragment<Sqlite> for Also<$name> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                $walk(include_str!($file), &self.0.0, &self.1, out)
            }
        }

        impl<C> RunQueryDsl<C> for $name {}
    )+};
}

saying! {
    Begin, insert, "begin.sql";
    BeginInner, update, "begin_inner.sql";
}

impl<Q: 'static> QueryId for Also<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, Q> RunQueryDsl<C> for Also<Q> {}

fn said<'b>(number: u32, said: &'b Said, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    let text = match number {
        1 => &said.actor,
        2 => &said.remote_addr,
        3 => &said.reason,
        _ => &said.meta,
    };
    out.push_bind_param::<Nullable<Text>, _>(text)
}

fn insert<'b>(
    statement: &str,
    all: &'b Said,
    columns: &'b [ColumnValue],
    mut out: AstPass<'_, 'b, Sqlite>,
) -> QueryResult<()> {
    push(statement, &mut out, |number, out| match number {
        5 => columns.iter().try_for_each(|value| {
            out.push_sql(", ");
            out.push_identifier(&context_column(value.column))
        }),
        6 => columns.iter().try_for_each(|value| {
            out.push_sql(", ");
            value.sqlite(out.reborrow())
        }),
        number => said(number, all, out),
    })
}

fn update<'b>(
    statement: &str,
    all: &'b Said,
    columns: &'b [ColumnValue],
    mut out: AstPass<'_, 'b, Sqlite>,
) -> QueryResult<()> {
    push(statement, &mut out, |number, out| match number {
        5 => columns.iter().try_for_each(|value| {
            out.push_sql(", ");
            out.push_identifier(&context_column(value.column))?;
            out.push_sql(" = ");
            value.sqlite(out.reborrow())
        }),
        number => said(number, all, out),
    })
}

/// The column of `continuum_context` that holds what is said in a column of the log.
pub(super) fn context_column(column: &str) -> String {
    format!("column {column}")
}

/// The transaction's row in the log follows what an inner call adds.
#[derive(QueryId)]
pub(super) struct Amend;

impl QueryFragment<Sqlite> for Amend {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        amend(&[], out)
    }
}

impl QueryFragment<Sqlite> for Also<Amend> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        amend(&self.1, out)
    }
}

impl<C> RunQueryDsl<C> for Amend {}

fn amend<'b>(columns: &'b [ColumnValue], mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    push(include_str!("amend.sql"), &mut out, |_, out| {
        columns.iter().try_for_each(|value| {
            out.push_sql(", ");
            out.push_identifier(value.column)?;
            out.push_sql(" = c.");
            out.push_identifier(&context_column(value.column))
        })
    })
}

#[derive(QueryId)]
pub(super) struct Forget {
    pub(super) id: i64,
}

impl QueryFragment<Sqlite> for Forget {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        push(include_str!("forget.sql"), &mut out, |_, out| {
            out.push_bind_param::<BigInt, _>(&self.id)
        })
    }
}

impl Query for Forget {
    type SqlType = Text;
}

impl<C> RunQueryDsl<C> for Forget {}

macro_rules! without_parameters {
    ($($name:ident, $file:literal $(, $row:ty)?;)+) => {$(
        #[derive(QueryId)]
        pub(super) struct $name;

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_sql(include_str!($file));
                Ok(())
            }
        }

        $(impl Query for $name {
            type SqlType = $row;
        })?

        impl<C> RunQueryDsl<C> for $name {}
    )+};
}

without_parameters! {
    Running, "running.sql", (Integer, Nullable<Text>, Bool);
    Recorded, "recorded.sql", (BigInt, Bool);
    End, "end.sql";
    EndInner, "end_inner.sql";
    EndRecorded, "end_recorded.sql";
}

/// Pushes a statement whose parameters are `?1` to `?9`; Diesel's own have no numbers.
fn push<'b>(
    statement: &str,
    out: &mut AstPass<'_, 'b, Sqlite>,
    mut parameter: impl FnMut(u32, &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()>,
) -> QueryResult<()> {
    let mut parts = statement.split('?');
    out.push_sql(parts.next().unwrap_or_default());
    for part in parts {
        let number = part.chars().next().and_then(|digit| digit.to_digit(10));
        parameter(number.unwrap_or_default(), out)?;
        out.push_sql(part.get(1..).unwrap_or_default());
    }
    Ok(())
}

//! The statements as Diesel queries, so that Diesel prepares each of them once for a connection.

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

macro_rules! saying {
    ($($name:ident, $file:literal;)+) => {$(
        #[derive(QueryId)]
        pub(super) struct $name(pub(super) Said);

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                push(include_str!($file), &mut out, |number, out| {
                    let text = match number {
                        1 => &self.0.actor,
                        2 => &self.0.remote_addr,
                        3 => &self.0.reason,
                        _ => &self.0.meta,
                    };
                    out.push_bind_param::<Nullable<Text>, _>(text)
                })
            }
        }

        impl<C> RunQueryDsl<C> for $name {}
    )+};
}

saying! {
    Begin, "begin.sql";
    BeginInner, "begin_inner.sql";
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
    Amend, "amend.sql";
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

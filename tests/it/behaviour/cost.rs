//! How many statements a history costs.

use super::{Conn, database};
use crate::support::articles as blog;
use crate::support::articles::schema::articles;
use crate::support::database::Engine;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use std::sync::{Arc, Mutex};

/// What Diesel does on a connection.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Counts>>);

#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Counts {
    statements: usize,
    /// How many of them are prepared to be kept.
    prepared: usize,
}

impl Seen {
    fn watch(conn: &mut Conn) -> Self {
        let seen = Self::default();
        let counts = Arc::clone(&seen.0);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let mut counts = counts.lock().unwrap();
            match event {
                InstrumentationEvent::StartQuery { .. } => counts.statements += 1,
                InstrumentationEvent::CacheQuery { .. } => counts.prepared += 1,
                _ => {}
            }
        });
        seen
    }

    fn take(&self) -> Counts {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Gives an article new names, each in a statement.
fn rename(conn: &mut Conn, names: &[&str]) -> QueryResult<()> {
    for name in names {
        diesel::update(articles::table.find(1))
            .set(articles::name.eq(name))
            .execute(conn)?;
    }
    Ok(())
}

fn set_up(conn: &mut Conn) -> Seen {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(1), articles::name.eq("a")))
        .execute(conn)
        .unwrap();
    // The first call on a connection may have more to do.
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        rename(conn, &["b"])
    })
    .unwrap();
    Seen::watch(conn)
}

/// How many statements more than a transaction of Diesel's.
fn extra(conn: &mut Conn, seen: &Seen, names: &[&str]) -> usize {
    seen.take();
    conn.transaction(|conn| rename(conn, names)).unwrap();
    let plain = seen.take().statements;
    assert_eq!(plain, names.len() + 2, "BEGIN and COMMIT");
    rename(conn, &["before"]).unwrap();
    seen.take();
    let info = ChangeInfo::new().actor("alice").reason("why");
    conn.versioned_transaction(info, |conn| rename(conn, names))
        .unwrap();
    seen.take().statements - plain
}

#[test]
fn a_versioned_transaction_costs_one_statement_where_there_is_a_server() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let seen = set_up(conn);
    // On SQLite, where no statement travels, one that begins, one that asks whether anything can
    // have been recorded, one that ends, and two more for what was.
    let (read, recorded) = match Conn::DIALECT {
        Dialect::Sqlite => (3, 5),
        // One that begins, and two that end it: what it says is the session's.
        Dialect::MySql => (3, 3),
        _ => (1, 1),
    };
    assert_eq!(extra(conn, &seen, &[]), read);
    assert_eq!(extra(conn, &seen, &["x"]), recorded);
}

#[test]
fn the_statements_inside_cost_nothing_more() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let seen = set_up(conn);
    assert_eq!(
        extra(conn, &seen, &["x", "y", "z", "x", "y", "z"]),
        extra(conn, &seen, &["x"])
    );
}

#[test]
fn what_it_runs_is_prepared_once_for_a_connection() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let seen = set_up(conn);
    let run = |conn: &mut Conn, name: &str| {
        let outer = ChangeInfo::new().actor("alice").meta("k", 1);
        let inner = ChangeInfo::new().reason("why").meta("k", 2);
        conn.versioned_transaction(outer, |conn| {
            conn.versioned_transaction(inner, |conn| rename(conn, &[name]))
        })
        .unwrap();
    };
    run(conn, "x");
    assert_ne!(seen.take().prepared, 0);
    run(conn, "y");
    assert_eq!(seen.take().prepared, 0);
}

//! Every behaviour on PostgreSQL, and what only PostgreSQL does.

use crate::support::postgres::{Conn, database};
use diesel::connection::SimpleConnection;

mod activity;
#[path = "behaviour/mod.rs"]
mod behaviour;
mod indexes;
mod keys;
mod migrations;
mod order;
mod overtaken;
#[path = "behaviour/returning.rs"]
mod returning;
mod reverts;
mod roles;
mod schemas;
mod statements;
mod transaction_columns;
mod triggers;
mod types;

/// Runs statements that have to succeed.
fn run(conn: &mut Conn, sql: &str) {
    conn.batch_execute(sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

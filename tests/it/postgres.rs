//! Every behaviour on PostgreSQL, and what only PostgreSQL does.

use crate::support::postgres::{Conn, database};

#[path = "behaviour/mod.rs"]
mod behaviour;
mod keys;
#[path = "behaviour/returning.rs"]
mod returning;
mod reverts;
mod roles;
mod statements;
mod triggers;
mod types;

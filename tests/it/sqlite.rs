//! Every behaviour on SQLite, and what only SQLite does.

use crate::support::sqlite::{Conn, database};

#[path = "behaviour/mod.rs"]
mod behaviour;
mod keys;
mod many_tables;
mod past;
mod random;
#[path = "behaviour/returning.rs"]
mod returning;
mod triggers;

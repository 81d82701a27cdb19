//! Every behaviour on MySQL or MariaDB, and what only they do.

use crate::support::mysql::{Conn, database};

#[path = "behaviour/mod.rs"]
mod behaviour;
mod bystanders;
mod foreign_keys;
mod guards;
mod half_way;
mod migrations;
mod reverts;
mod session;
mod statements;
mod taken_back;
mod types;

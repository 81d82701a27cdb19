//! The command line, from outside: what it finds, what it writes, what it says.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "clippy knows tests, but not what serves them"
)]

mod errors;
mod finding;
mod gen_migrations;
mod help;
mod history;
mod quickstart;
mod support;
mod transaction_columns;

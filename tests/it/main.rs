//! Behaviour, shown on every engine. `tests/run` brings the servers.
//!
//! The files in `behaviour` are compiled once for each engine: `sqlite.rs`, `postgres.rs` and
//! `mysql.rs` say
//! which connection and which database they get, and hold what only that engine does.

// The files in `behaviour` are read more than once on purpose.
#![allow(clippy::duplicate_mod)]

#[cfg(test)]
mod mysql;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod sqlite;
#[cfg(test)]
mod support;
#[cfg(test)]
mod ui;

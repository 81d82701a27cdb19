//! What the tests stand on: a database on each engine, the tables of the articles, and a look at
//! the stored history that does not go through what is tested.

pub mod articles;
pub mod bound;
pub mod catalog;
pub mod database;
pub mod decimal;
pub mod history;
pub mod kept;
pub mod keyed;
pub mod ledger;
pub mod mysql;
pub mod plan;
pub mod postgres;
pub mod random;
pub mod relay;
pub mod signed_in;
pub mod sound;
pub mod sqlite;
pub mod strategies;
pub mod watch;

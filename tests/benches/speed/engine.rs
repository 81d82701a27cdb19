//! What an engine has to say to be measured.

use crate::contender::Subject;
use crate::measure::{CpuClock, Stored};
use crate::support::database::{Database, Engine};
use continuum_core::Strategy;
use continuum_core::prelude::*;
use diesel::prelude::*;

/// An engine, by the type of Diesel's connection to it.
pub trait Contest: Engine + VersionedConnection {
    /// Creates the table.
    const TABLE: &'static str;
    /// The triggers that one writes by hand, with a place for `{close}`.
    const HAND_WRITTEN: &'static str;
    /// How they end a version.
    const CLOSE: &'static str;
    /// The index by which they find it.
    const END_INDEX: &'static str = include_str!("sql/end_index.sql");
    /// Gives the table the history that the engine has of its own.
    const NATIVE: Option<&'static str> = None;
    /// The index that docs/performance.md recommends for reading whole tables, with `validity`.
    const ENDED_INDEX: Option<&'static str> = None;

    /// Where it is measured; none where it is not to be.
    fn arenas() -> Vec<Arena<Self>>;
    /// Makes a new connection like that of an application.
    fn prepare(&mut self) {}
    /// The clock of what the engine does for this connection.
    fn clock(&mut self) -> CpuClock;
    /// A statement that inserts so many rows.
    fn many(rows: u32) -> String;
    /// Leaves nothing to do that a later turn would pay for.
    fn tidy(&mut self);
    /// What the rows and the indexes of the version table take.
    fn stored(&mut self, arena: &'static str, subject: Subject) -> Stored;
    /// What the application has to do for the triggers that one writes by hand.
    fn begin_hand_written(&mut self) -> QueryResult<()> {
        Ok(())
    }

    // Through Diesel: `statements.rs`.

    /// The highest id of the log.
    fn last_transaction(&mut self) -> QueryResult<i64>;
    fn insert_one(&mut self, n: i32) -> QueryResult<usize>;
    fn update_one(&mut self, id: i32, n: i32) -> QueryResult<usize>;
    fn live_row(&mut self, id: i32) -> QueryResult<usize>;
    fn live_table(&mut self) -> QueryResult<usize>;
    fn versions(&mut self, strategy: Strategy, id: i32) -> QueryResult<usize>;
    fn row_as_of(&mut self, strategy: Strategy, id: i32, moment: i64) -> QueryResult<usize>;
    fn filtered_as_of(&mut self, strategy: Strategy, id: i32, moment: i64) -> QueryResult<usize>;
    fn table_in_the_past(&mut self, moment: i64) -> QueryResult<usize>;
    fn table_as_of(&mut self, strategy: Strategy, moment: i64) -> QueryResult<usize>;
    fn whole_table_as_of(&mut self, strategy: Strategy, moment: i64) -> QueryResult<usize>;
}

/// A server and its settings, or a file.
pub struct Arena<C: Engine> {
    pub name: &'static str,
    /// Waits for the disk at each commit: for single rows only.
    pub is_durable: bool,
    pub database: fn() -> Database<C>,
}

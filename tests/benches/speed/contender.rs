//! Those that take turns: the same table with nothing, with triggers written by hand, with
//! continuum.

use crate::articles;
use crate::engine::{Arena, Contest};
use crate::measure::{Cost, CpuClock};
use crate::support::database::Database;
use continuum_core::Strategy;
use continuum_core::prelude::*;
use diesel::prelude::*;

/// What records the changes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Unversioned,
    HandWritten(Strategy),
    Continuum(Strategy),
    /// What the engine has of its own.
    Native,
}

impl Subject {
    pub const ALL: [Self; 6] = [
        Self::Unversioned,
        Self::HandWritten(Strategy::Subquery),
        Self::Continuum(Strategy::Subquery),
        Self::HandWritten(Strategy::Validity),
        Self::Continuum(Strategy::Validity),
        Self::Native,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Unversioned => "unversioned",
            Self::HandWritten(Strategy::Subquery) => "by hand, subquery",
            Self::HandWritten(Strategy::Validity) => "by hand, validity",
            Self::Continuum(Strategy::Subquery) => "continuum, subquery",
            Self::Continuum(Strategy::Validity) => "continuum, validity",
            Self::Native => "the engine's own",
        }
    }

    /// The triggers by hand of the same strategy.
    pub fn by_hand(self) -> Option<Self> {
        match self {
            Self::Continuum(strategy) => Some(Self::HandWritten(strategy)),
            _ => None,
        }
    }
}

/// One of them, with a database of its own.
pub struct Contender<C: Contest> {
    pub subject: Subject,
    pub conn: C,
    clock: CpuClock,
    // After the connection, which has to be gone when the database goes.
    database: Database<C>,
}

impl<C: Contest> Contender<C> {
    pub fn new(arena: &Arena<C>, subject: Subject) -> Self {
        let database = (arena.database)();
        database.apply(C::TABLE);
        match subject {
            Subject::Unversioned => {}
            Subject::HandWritten(strategy) => database.apply(&by_hand::<C>(strategy)),
            Subject::Continuum(strategy) => {
                let (schema, models) = articles::texts(strategy);
                database.install(schema, models);
            }
            Subject::Native => database.apply(C::NATIVE.unwrap()),
        }
        let (conn, clock) = connect(&database);
        Self {
            subject,
            conn,
            clock,
            database,
        }
    }

    pub fn all(arena: &Arena<C>) -> Vec<Self> {
        Subject::ALL
            .into_iter()
            .filter(|subject| *subject != Subject::Native || C::NATIVE.is_some())
            .map(|subject| Self::new(arena, subject))
            .collect()
    }

    /// A new session, with no plans of the one before.
    pub fn reconnect(&mut self) {
        (self.conn, self.clock) = connect(&self.database);
    }

    /// What an application runs in a transaction.
    pub fn transaction(&mut self, f: impl FnOnce(&mut C) -> QueryResult<usize>) -> usize {
        let done = match self.subject {
            Subject::Unversioned | Subject::Native => self.conn.transaction(f),
            Subject::HandWritten(_) => self.conn.transaction(|conn| {
                conn.begin_hand_written()?;
                f(conn)
            }),
            Subject::Continuum(_) => {
                let info = ChangeInfo::new().actor("alice").reason("a better name");
                self.conn.versioned_transaction(info, f)
            }
        };
        done.unwrap()
    }

    /// One statement in a transaction, as text.
    pub fn execute(&mut self, sql: &str) {
        self.transaction(|conn| conn.batch_execute(sql).map(|()| 0));
    }

    /// What `f` takes.
    pub fn time(&mut self, f: impl FnOnce(&mut Self)) -> Cost {
        // Beside `self`, which `f` has.
        let clock = std::mem::replace(&mut self.clock, CpuClock::ThisThread);
        let ((), cost) = clock.time(|| f(self));
        self.clock = clock;
        cost
    }
}

fn connect<C: Contest>(database: &Database<C>) -> (C, CpuClock) {
    let mut conn = database.connect();
    conn.prepare();
    let clock = conn.clock();
    (conn, clock)
}

fn by_hand<C: Contest>(strategy: Strategy) -> String {
    let (column, index, close) = match strategy {
        Strategy::Validity => ("end_transaction_id bigint, ", C::END_INDEX, C::CLOSE),
        Strategy::Subquery => ("", "", ""),
    };
    C::HAND_WRITTEN
        .replace("{end_column}", column)
        .replace("{end_index}", index)
        .replace("{close}", close)
}

/// In another order each round, so that none is always the one after the same other one.
pub fn in_turn<C: Contest>(
    contenders: &mut [Contender<C>],
    round: u32,
) -> impl Iterator<Item = &mut Contender<C>> {
    let count = contenders.len();
    contenders.rotate_left(round as usize % count);
    contenders.iter_mut()
}

//! One connection and the random transactions that it runs.

use super::failure::kind;
use super::faults::Faults;
use super::tables::IDS;
use super::{Conn, Workload};
use crate::support::database::Engine;
use crate::support::ledger::{Change, Recorded};
use crate::support::random::Random;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::Error::RollbackTransaction;
use std::sync::atomic::{AtomicU64, Ordering};

/// A transaction that was tried.
pub struct Attempt {
    pub tag: String,
    pub recorded: Recorded,
    pub changes: Vec<Change>,
    /// The kind of the error with which it ended.
    pub error: Option<String>,
}

/// What a run is about.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    pub mode: &'a str,
    pub workload: Workload,
    pub has_history: bool,
    pub seed: u64,
}

pub struct Worker<'a> {
    pub number: u64,
    pub plan: Plan<'a>,
    pub random: Random,
    faults: &'a Faults,
    order: &'a AtomicU64,
    pub statements: u64,
}

impl<'a> Worker<'a> {
    pub fn new(number: u64, plan: Plan<'a>, faults: &'a Faults, order: &'a AtomicU64) -> Self {
        Self {
            number,
            plan,
            random: Random::new(plan.seed * 1000 + number),
            faults,
            order,
            statements: 0,
        }
    }

    pub fn run(mut self, transactions: u64) -> Vec<Attempt> {
        let mut conn = self.faults.connect(self.plan.mode);
        (0..transactions)
            .map(|time| {
                let attempt = self.attempt(&mut conn, time);
                let drops = self.plan.workload == Workload::Anything && self.random.below(100) == 0;
                if drops || attempt.error.is_some() && !is_alive(&mut conn) {
                    conn = self.faults.connect(self.plan.mode);
                }
                attempt
            })
            .collect()
    }

    fn attempt(&mut self, conn: &mut Conn, time: u64) -> Attempt {
        let tag = format!("{}-{time}", self.number);
        let says_who = self.random.below(5) > 0;
        let is_versioned = says_who && self.plan.has_history;
        let mut changes = Vec::new();
        let statements = |conn: &mut Conn| {
            // The first thing written: SQLite has one writer at a time.
            conn.batch_execute(&format!("INSERT INTO outcomes VALUES ('{tag}')"))?;
            self.statements(conn, &tag, &mut changes)
        };
        let result: QueryResult<()> = if is_versioned {
            conn.versioned_transaction(ChangeInfo::new().actor(&tag), statements)
        } else {
            conn.transaction(statements)
        };
        let recorded = match Conn::DIALECT {
            _ if says_who => Recorded::Together(Some(tag.clone())),
            Dialect::Postgres => Recorded::Together(None),
            // These cannot tell which changes are of one transaction.
            _ => Recorded::Apart,
        };
        Attempt {
            tag,
            recorded,
            changes,
            error: result.err().map(|error| kind(&error)),
        }
    }

    fn statements(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        match self.plan.workload {
            Workload::Anything => {
                for _ in 0..=self.random.below(4) {
                    if self.random.below(5) == 0 {
                        self.savepoint(conn, changes, |worker, conn, changes| {
                            worker.anything(conn, tag, changes)
                        })?;
                    } else {
                        self.anything(conn, tag, changes)?;
                    }
                }
                match self.random.below(12) {
                    0 => Err(RollbackTransaction),
                    _ => Ok(()),
                }
            }
            Workload::InOrder => {
                for id in IDS {
                    if self.random.below(3) == 0 {
                        continue;
                    }
                    self.savepoint(conn, changes, |worker, conn, changes| {
                        worker.in_order(conn, tag, id, changes)
                    })?;
                }
                Ok(())
            }
        }
    }

    /// One in three is rolled back.
    fn savepoint(
        &mut self,
        conn: &mut Conn,
        changes: &mut Vec<Change>,
        statements: impl FnOnce(&mut Self, &mut Conn, &mut Vec<Change>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let before = changes.len();
        let mut wanted = false;
        let result = conn.transaction(|conn| {
            statements(self, conn, changes)?;
            wanted = self.random.below(3) == 0;
            if wanted {
                Err(RollbackTransaction)
            } else {
                Ok(())
            }
        });
        if wanted {
            changes.truncate(before);
            return Ok(());
        }
        result
    }

    /// The place of what has just been done among all that is done.
    pub fn draw(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    /// What a statement writes, for it to be known by.
    pub fn stamp(&mut self, tag: &str) -> String {
        self.statements += 1;
        format!("{tag}-{}", self.statements)
    }
}

fn is_alive(conn: &mut Conn) -> bool {
    type Manager = <Conn as Connection>::TransactionManager;
    !<Manager as TransactionManager<Conn>>::is_broken_transaction_manager(conn)
        && conn.batch_execute("SELECT 1").is_ok()
}

//! Transactions of one statement that inserts or updates one row.

use crate::contender::{Contender, in_turn};
use crate::engine::{Arena, Contest};
use crate::measure::{Cost, Measured};
use crate::options::Options;

pub const INSERT: &str = "W1 insert one row";
pub const UPDATE: &str = "W2 update one row";

pub fn run<C: Contest>(arena: &Arena<C>, options: &Options, measured: &mut Measured) {
    let mut contenders = Contender::all(arena);
    for contender in &mut contenders {
        contender.execute(&C::many(options.keys));
        // Statements are prepared, plans are made and kept.
        turn(contender, 50, |conn, n| conn.insert_one(n));
        turn(contender, 50, |conn, n| conn.update_one(n + 1, n));
        contender.conn.tidy();
    }
    let each = options.transactions as i32;
    for round in 0..options.rounds {
        for contender in in_turn(&mut contenders, round) {
            let cost = turn(contender, each, |conn, n| conn.insert_one(n));
            measured.add(arena.name, INSERT, contender.subject, cost);
        }
        for contender in in_turn(&mut contenders, round) {
            let cost = turn(contender, each, |conn, n| {
                // Scattered, and another one each time.
                let id = (i64::from(n + round as i32 * each) * 7919) % i64::from(options.keys);
                conn.update_one(id as i32 + 1, n + round as i32)
            });
            measured.add(arena.name, UPDATE, contender.subject, cost);
        }
        for contender in &mut contenders {
            contender.conn.tidy();
        }
    }
}

/// Per transaction.
fn turn<C: Contest>(
    contender: &mut Contender<C>,
    transactions: i32,
    statement: impl Fn(&mut C, i32) -> diesel::QueryResult<usize>,
) -> Cost {
    let cost = contender.time(|contender| {
        for n in 0..transactions {
            assert_eq!(contender.transaction(|conn| statement(conn, n)), 1);
        }
    });
    cost.per(transactions as u32)
}

//! Whether a statement is slower for what the session has run before it.
//!
//! Plans are kept for the session, and the first call may have seen one row or a million.

use crate::contender::{Contender, Subject};
use crate::engine::{Arena, Contest};
use crate::measure::{Comparison, Cost, Measured};
use crate::options::Options;
use continuum_core::Strategy;

const UPDATES: i32 = 100;

pub fn run<C: Contest>(arena: &Arena<C>, options: &Options, measured: &mut Measured) {
    for strategy in [Strategy::Subquery, Strategy::Validity] {
        let subject = Subject::Continuum(strategy);
        let mut contender = Contender::new(arena, subject);
        let rows = options.rows / 2;
        contender.execute(&C::many(rows));
        contender.conn.tidy();
        let mut cases = [
            (
                "update of one row",
                "after one of all rows",
                Vec::new(),
                Vec::new(),
            ),
            (
                "no change in many rows",
                "after an update of one row",
                Vec::new(),
                Vec::new(),
            ),
            (
                "update of a row with 1000 versions",
                "of one with few",
                Vec::new(),
                Vec::new(),
            ),
        ];
        // Values that no row has had, or nothing would change.
        let mut salts = 1..;
        let mut updates = |contender: &mut Contender<C>, id: fn(i32) -> i32| {
            updates(contender, salts.next().unwrap(), id)
        };
        for round in 0..options.rounds {
            contender.reconnect();
            cases[0].2.push(updates(&mut contender, |n| n + 2));
            contender.reconnect();
            contender.execute("UPDATE articles SET author_id = author_id + 1");
            contender.conn.tidy();
            cases[0].3.push(updates(&mut contender, |n| n + 2));

            contender.reconnect();
            cases[1].2.push(no_change(&mut contender, rows / 5));
            contender.reconnect();
            updates(&mut contender, |n| n + 2);
            cases[1].3.push(no_change(&mut contender, rows / 5));

            if round == 0 {
                for _ in 0..10 {
                    updates(&mut contender, |_| 1);
                }
                contender.conn.tidy();
            }
            contender.reconnect();
            updates(&mut contender, |n| n + 200);
            cases[2].2.push(updates(&mut contender, |n| n + 200));
            cases[2].3.push(updates(&mut contender, |_| 1));
        }
        for (what, against, base, costs) in cases {
            measured.sequence.push(Comparison {
                arena: arena.name,
                subject,
                what,
                against,
                base,
                costs,
            });
        }
    }
}

/// Updates of one row, each in a transaction.
fn updates<C: Contest>(contender: &mut Contender<C>, salt: i32, id: fn(i32) -> i32) -> Cost {
    let cost = contender.time(|contender| {
        for n in 0..UPDATES {
            let done = contender.transaction(|conn| conn.update_one(id(n), salt * UPDATES + n));
            assert_eq!(done, 1);
        }
    });
    cost.per(UPDATES as u32)
}

fn no_change<C: Contest>(contender: &mut Contender<C>, rows: u32) -> Cost {
    let sql = format!("UPDATE articles SET name = name WHERE id <= {rows}");
    contender
        .time(|contender| contender.execute(&sql))
        .per(rows)
}

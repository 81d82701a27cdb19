//! One statement for all rows.

use crate::contender::{Contender, Subject, in_turn};
use crate::engine::{Arena, Contest};
use crate::measure::Measured;
use crate::options::Options;

pub const INSERT: &str = "W3 insert all rows";
pub const UPDATE: &str = "W4 update all rows";
pub const NO_CHANGE: &str = "W7 change nothing in all rows";
pub const DELETE: &str = "W5 delete all rows";

pub fn run<C: Contest>(arena: &Arena<C>, options: &Options, measured: &mut Measured) {
    let insert = C::many(options.rows);
    let statements = [
        (INSERT, insert.as_str()),
        (NO_CHANGE, "UPDATE articles SET name = name"),
        (UPDATE, "UPDATE articles SET name = 'better ' || name"),
        // Not without a condition, which SQLite has a way of its own for.
        (DELETE, "DELETE FROM articles WHERE id > 0"),
    ];
    for round in 0..options.rounds {
        // New tables each round: a statement for all rows leaves as many dead ones.
        let mut contenders = Contender::all(arena);
        for (workload, statement) in statements {
            for contender in in_turn(&mut contenders, round) {
                let cost = contender.time(|contender| contender.execute(statement));
                measured.add(
                    arena.name,
                    workload,
                    contender.subject,
                    cost.per(options.rows),
                );
                contender.conn.tidy();
                let has_versions =
                    !matches!(contender.subject, Subject::Unversioned | Subject::Native);
                if round == 0 && workload == UPDATE && has_versions {
                    let stored = contender.conn.stored(arena.name, contender.subject);
                    measured.stored.push(stored);
                }
            }
        }
    }
}

//! Reading the history beside reading the table.

use crate::contender::{Contender, Subject};
use crate::engine::{Arena, Contest};
use crate::measure::{Comparison, Cost, Measured};
use crate::options::Options;
use continuum_core::Strategy;
use diesel::QueryResult;

const ROWS: i32 = 200;

pub fn run<C: Contest>(arena: &Arena<C>, options: &Options, measured: &mut Measured) {
    for strategy in [Strategy::Subquery, Strategy::Validity] {
        let subject = Subject::Continuum(strategy);
        let mut contender = Contender::new(arena, subject);
        let last = write(&mut contender, options);
        // Halfway.
        let moment = last / 2;
        let mut add = |what, against, costs: Vec<(Cost, Cost)>| {
            let (base, costs) = costs.into_iter().unzip();
            measured.reading.push(Comparison {
                arena: arena.name,
                subject,
                what,
                against,
                base,
                costs,
            });
        };
        let keys = options.keys as i32;
        let id = |n: i32| (n * 7919) % keys + 1;
        let mut rows = |read: &dyn Fn(&mut C, i32) -> QueryResult<usize>, expected: usize| {
            let pair = |_| {
                let mut time = |read: &dyn Fn(&mut C, i32) -> QueryResult<usize>, expected| {
                    let cost = contender.time(|contender| {
                        for n in 0..ROWS {
                            assert_eq!(read(&mut contender.conn, id(n)).unwrap(), expected);
                        }
                    });
                    cost.per(ROWS as u32)
                };
                (time(&|conn, id| conn.live_row(id), 1), time(read, expected))
            };
            // The first is not counted.
            let costs: Vec<_> = (0..=options.rounds).map(pair).skip(1).collect();
            costs
        };
        let one = rows(&|conn, id| conn.row_as_of(strategy, id, moment), 1);
        add("a row as of a transaction", "the row by key", one);
        let filtered = rows(&|conn, id| conn.filtered_as_of(strategy, id, moment), 1);
        add(
            "the table as of a transaction, by key",
            "the row by key",
            filtered,
        );
        let all = rows(
            &|conn, id| conn.versions(strategy, id),
            options.versions as usize,
        );
        add("all versions of a row", "the row by key", all);
        let versions = tables(&mut contender, options, &|conn| {
            conn.table_as_of(strategy, moment)
        });
        add("the table as of a transaction", "the table", versions);
        let whole_table = |conn: &mut C| conn.whole_table_as_of(strategy, moment);
        let whole = tables(&mut contender, options, &whole_table);
        add(
            "the table as of a transaction, by `AsOf::whole_table`",
            "the table",
            whole,
        );
        let scope = tables(&mut contender, options, &|conn| {
            conn.table_in_the_past(moment)
        });
        add(
            "the table in a scope as of a transaction",
            "the table",
            scope,
        );
        if let (Strategy::Validity, Some(index)) = (strategy, C::ENDED_INDEX) {
            contender.execute(index);
            contender.conn.tidy();
            add(
                "the table as of a transaction, by `AsOf::whole_table`, versions' ends indexed",
                "the table",
                tables(&mut contender, options, &whole_table),
            );
        }
    }
}

/// What the whole table costs, and what this costs.
fn tables<C: Contest>(
    contender: &mut Contender<C>,
    options: &Options,
    read: &dyn Fn(&mut C) -> QueryResult<usize>,
) -> Vec<(Cost, Cost)> {
    let pair = |_| {
        let mut time = |read: &dyn Fn(&mut C) -> QueryResult<usize>| {
            contender.time(|contender| {
                assert_eq!(read(&mut contender.conn).unwrap(), options.keys as usize);
            })
        };
        (time(&|conn| conn.live_table()), time(read))
    };
    // The first is not counted.
    (0..=options.rounds).map(pair).skip(1).collect()
}

/// Writes the versions, a few hundred scattered rows in each transaction, and answers with the id
/// of the last one.
fn write<C: Contest>(contender: &mut Contender<C>, options: &Options) -> i64 {
    contender.execute(&C::many(options.keys));
    contender.conn.tidy();
    let parts = (options.keys / 100).max(1);
    for version in 1..options.versions {
        for part in 0..parts {
            // Divided without a remainder, because MySQL divides to decimals.
            contender.execute(&format!(
                "UPDATE articles SET name = 'article ' || id || ', version {version}' \
                 WHERE (id * 7919 + (id - id % 7) / 7 * {version}) % {parts} = {part}"
            ));
        }
        if version % 10 == 0 {
            contender.conn.tidy();
        }
    }
    contender.conn.tidy();
    contender.conn.last_transaction().unwrap()
}

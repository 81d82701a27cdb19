//! That indexes find what they are there for.

use super::{Conn, database, run};
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, keep};
use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(Debug, QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How many pages of the version table are read for a transaction's versions.
fn pages_read(conn: &mut Conn, transaction_id: i64) -> i64 {
    let plan: Vec<Line> = diesel::sql_query(format!(
        "EXPLAIN (ANALYZE, TIMING off) SELECT * FROM items_version WHERE transaction_id = {transaction_id}"
    ))
    .load(conn)
    .unwrap();
    let blocks = plan
        .iter()
        .find_map(|it| it.line.trim().strip_prefix("Heap Blocks: "));
    let blocks = blocks.unwrap_or_else(|| panic!("{plan:?}"));
    blocks
        .split(' ')
        .map(|part| part.split_once('=').unwrap().1.parse::<i64>().unwrap())
        .sum()
}

/// What a version leaves when its end is written is used again by later ones, so that old and new lie beside each other.
#[test]
fn versions_of_a_transaction_are_found_where_space_has_been_used_again() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, content text NOT NULL);
            INSERT INTO items SELECT id, 'old', repeat('x', 300) FROM generate_series(1, 3000) id;",
            &[(
                "items (id) { id -> Integer, name -> Text, content -> Text }",
                options,
            )],
        );
        for round in 0..6 {
            run(
                conn,
                &format!(
                    "DO $$ BEGIN FOR k IN 0..99 LOOP
                        UPDATE items SET name = k || ' {round}' WHERE id % 150 = (k * 7 + {round} * 13) % 150;
                        COMMIT;
                    END LOOP; END $$"
                ),
            );
            run(conn, "VACUUM items_version");
            run(conn, "VACUUM items");
        }
        // In a small table, reading the whole index of the key would do as well.
        run(
            conn,
            "ANALYZE items_version; SET enable_seqscan = off; ALTER TABLE items_version DROP CONSTRAINT items_version_pkey",
        );
        let pages = number(
            conn,
            "SELECT pg_relation_size('items_version') / 8192 AS count",
        );
        for transaction_id in [100, 250, 400, 550] {
            let read = pages_read(conn, transaction_id);
            assert!(
                read < pages / 4,
                "{options}: {read} of {pages} for {transaction_id}"
            );
        }
    }
}

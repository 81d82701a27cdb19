//! What the tables of the past are, beside what they have in them.

use super::{Conn, database};
use crate::support::catalog::lines;
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::result::Error;

#[test]
fn queries_of_the_past_compare_as_the_table_does() {
    for strategy in STRATEGIES {
        for begins_with in ["", "INSERT INTO people VALUES (9, 'older', 'x')"] {
            let Some(db) = database() else { return };
            let table = "people (id) { id -> Integer, name -> Text, code -> Text }";
            let create = "CREATE TABLE people (
                id INTEGER NOT NULL PRIMARY KEY,
                name TEXT NOT NULL COLLATE NOCASE,
                code TEXT NOT NULL COLLATE RTRIM
            );";
            let mut conn = keep(&db, &format!("{create}{begins_with}"), &[(table, strategy)]);
            let conn: &mut Conn = &mut conn;
            conn.batch_execute(
                "INSERT INTO people VALUES (1, 'bob', 'x '), (2, 'Alice', 'y'), (3, 'ALICE', 'z');",
            )
            .unwrap();
            let then = number(conn, "SELECT max(id) AS count FROM continuum_transaction");
            conn.batch_execute("UPDATE people SET name = 'nobody', code = ''")
                .unwrap();
            let found = conn
                .as_of(then, |conn| {
                    let by_name = lines(conn, "SELECT code AS line FROM people WHERE name = 'alice' ORDER BY id");
                    let in_order = lines(conn, "SELECT name AS line FROM people WHERE id < 9 ORDER BY name, id");
                    let joined = lines(
                        conn,
                        "SELECT a.name AS line FROM people AS a JOIN people AS b ON a.name = b.name AND a.id < b.id",
                    );
                    let by_code = lines(conn, "SELECT name AS line FROM people WHERE code = 'x' AND id < 9");
                    Ok::<_, Error>([by_name, in_order, joined, by_code])
                })
                .unwrap();
            assert_eq!(found[0], ["y", "z"]);
            assert_eq!(found[1], ["Alice", "ALICE", "bob"]);
            assert_eq!(found[2], ["Alice"]);
            assert_eq!(found[3], ["bob"]);
        }
    }
}

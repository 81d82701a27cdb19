//! What the tables of the past are, beside what they have in them.

use super::{Conn, database};
use crate::support::catalog::lines;
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::result::Error;

/// A version table keeps the whole numbers of a DOUBLE as integers, because a `Double` may be a NUMERIC as well.
#[test]
fn queries_of_the_past_calculate_as_the_table_does() {
    for strategy in STRATEGIES {
        for begins_with in ["", "INSERT INTO parts VALUES (9, 1.0, 1.0, 1, 1.0)"] {
            let Some(db) = database() else { return };
            let table = "parts (id) { id -> Integer, price -> Double, weight -> Double, count -> Double, size -> Float }";
            let create = "CREATE TABLE parts (
                id INTEGER NOT NULL PRIMARY KEY, price DOUBLE NOT NULL, weight \"double precision\" NOT NULL,
                count NUMERIC NOT NULL, size REAL NOT NULL
            );";
            let mut conn = keep(&db, &format!("{create}{begins_with}"), &[(table, strategy)]);
            let conn: &mut Conn = &mut conn;
            conn.batch_execute("INSERT INTO parts VALUES (1, 3, 3, 3, 3), (2, 0.5, 'heavy', 9007199254740993, 0.5)")
                .unwrap();
            let then = number(conn, "SELECT max(id) AS count FROM continuum_transaction");
            let query = "SELECT quote(price / 2) || ' ' || quote(weight) || ' ' || quote(count / 2) || ' ' || quote(size / 2) AS line
                FROM parts WHERE id < 9 ORDER BY id";
            let now = lines(conn, query);
            assert_eq!(now, ["1.5 3.0 1 1.5", "0.25 'heavy' 4503599627370496 0.25"]);
            conn.batch_execute("DELETE FROM parts").unwrap();
            let past = conn
                .as_of(then, |conn| Ok::<_, Error>(lines(conn, query)))
                .unwrap();
            assert_eq!(past, now, "{strategy}");
        }
    }
}

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

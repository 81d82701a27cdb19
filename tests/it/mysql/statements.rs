//! Statements that only MySQL has.

use super::behaviour::{log, transaction};
use super::{Conn, database};
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;

fn with_items(test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            "CREATE TABLE items (
                id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) UNIQUE, amount INTEGER
            );
            INSERT INTO items VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL);",
            &[(
                "items (id) { id -> Integer, name -> Nullable<Varchar>, amount -> Nullable<Integer> }",
                options,
            )],
        );
        test(conn);
        assert_sound(conn);
    }
}

fn item(conn: &mut Conn, id: i32) -> Vec<String> {
    story(
        conn,
        "items_version",
        &["name", "amount"],
        &format!("id = {id}"),
    )
}

#[test]
fn replace_is_an_update_and_deletes_what_is_in_its_way() {
    with_items(|conn| {
        transaction(conn, &["REPLACE INTO items VALUES (1, 'a', 10)"]);
        assert_eq!(log(conn), []);
        transaction(
            conn,
            &["REPLACE INTO items VALUES (1, 'b', 11), (4, 'd', 4)"],
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update b, 11"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "delete b, 20"]);
        assert_eq!(item(conn, 4), ["insert d, 4"]);
    });
}

#[test]
fn what_ignore_ignores_is_not_recorded_and_what_is_not_recorded_is_not_ignored() {
    with_items(|conn| {
        transaction(
            conn,
            &["INSERT IGNORE INTO items VALUES (1, 'x', 1), (5, 'e', 5)"],
        );
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(item(conn, 5), ["insert e, 5"]);
        // Its version is there already.
        let next = number(
            conn,
            "SELECT max(id) + 1 AS count FROM continuum_transaction",
        );
        conn.batch_execute(&format!(
            "INSERT INTO items_version (id, transaction_id, operation_type) VALUES (6, {next}, 0)"
        ))
        .unwrap();
        let error = conn
            .batch_execute("INSERT IGNORE INTO items VALUES (6, 'f', 6)")
            .unwrap_err();
        assert!(error.to_string().contains("Duplicate entry"), "{error}");
        assert_eq!(count(conn, "items"), 4);
        conn.batch_execute("DELETE FROM items_version WHERE id = 6")
            .unwrap();
    });
}

#[test]
fn statements_of_several_tables_are_recorded() {
    with_items(|conn| {
        conn.batch_execute(
            "CREATE TABLE doubles (id INTEGER PRIMARY KEY); INSERT INTO doubles VALUES (1), (2)",
        )
        .unwrap();
        transaction(
            conn,
            &[
                "UPDATE items JOIN doubles ON doubles.id = items.id SET items.amount = items.amount * 2",
            ],
        );
        assert_eq!(item(conn, 2), ["insert b, 20", "update b, 40"]);
        transaction(
            conn,
            &["DELETE items, doubles FROM items JOIN doubles ON doubles.id = items.id"],
        );
        assert_eq!(item(conn, 2)[2], "delete b, 40");
        assert_eq!(log(conn).len(), 2);
    });
}

#[test]
fn no_value_of_the_connection_is_changed() {
    with_items(|conn| {
        let affected = sql_query("UPDATE items SET amount = 7 WHERE id < 3").execute(conn);
        assert_eq!(affected, Ok(2));
        let affected = sql_query("INSERT INTO items VALUES (7, 'g', 7)").execute(conn);
        assert_eq!(affected, Ok(1));
        let same = crate::support::history::number(
            conn,
            "SELECT CAST(last_insert_id() AS SIGNED) AS count",
        );
        assert_eq!(same, 0);
    });
}

#[test]
fn truncate_is_refused_where_an_empty_table_refers_to_the_table() {
    with_items(|conn| {
        conn.batch_execute(
            "CREATE TABLE items_guard (id INTEGER, FOREIGN KEY (id) REFERENCES items (id))",
        )
        .unwrap();
        let refused = conn.batch_execute("TRUNCATE items").unwrap_err();
        assert!(refused.to_string().contains("truncate"), "{refused}");
        conn.batch_execute("DELETE FROM items").unwrap();
        assert_eq!(item(conn, 1).last().unwrap(), "delete a, 10");
        conn.batch_execute("DROP TABLE items_guard").unwrap();
    });
}

//! Statements that only MySQL has.

use super::behaviour::{is_mariadb, log, transaction};
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
fn an_update_that_ignore_leaves_out_is_not_recorded() {
    with_items(|conn| {
        conn.batch_execute(
            "CREATE TABLE colours (id INTEGER PRIMARY KEY);
             INSERT INTO colours VALUES (1);
             ALTER TABLE items
                ADD colour INTEGER DEFAULT 1 REFERENCES colours (id), ADD CHECK (amount < 1000);",
        )
        .unwrap();
        for left_out in [
            // Another row has the name, or the key; or there is no such colour.
            "UPDATE IGNORE items SET name = 'b' WHERE id = 1",
            "UPDATE IGNORE items SET id = 2 WHERE id = 1",
            "UPDATE IGNORE items SET id = 7, name = 'b' WHERE id = 1",
            "UPDATE IGNORE items SET amount = 0, colour = 9 WHERE id = 1",
            "UPDATE IGNORE items SET amount = 2000 WHERE id = 1",
            "UPDATE IGNORE items, colours SET items.name = 'b' WHERE items.id = 1",
        ] {
            transaction(conn, &[left_out]);
            assert_eq!(item(conn, 1), ["insert a, 10"], "{left_out}");
        }
        assert_eq!(log(conn), []);
        transaction(
            conn,
            &["UPDATE IGNORE items SET amount = 5, name = IF(id = 1, 'z', 'c')"],
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update z, 5"]);
        assert_eq!(item(conn, 2), ["insert b, 20"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "update c, 5"]);
    });
}

/// As where two groups become one.
#[test]
fn a_key_that_ignore_leaves_as_it_is_stays_in_the_history_though_its_twin_is_there() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE members (
                in_group INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (in_group, person)
            );
            INSERT INTO members VALUES (1, 1), (1, 2), (2, 2);",
            &[(
                "members (in_group, person) { in_group -> Integer, person -> Integer }",
                options,
            )],
        );
        let mut members = |sql: &[&str]| {
            transaction(conn, sql);
            assert_sound(conn);
            story(conn, "members_version", &["in_group", "person"], "1 = 1")
        };
        let merge = "UPDATE IGNORE members SET in_group = 2 WHERE in_group = 1";
        let merged = [
            "insert 1, 1",
            "insert 1, 2",
            "insert 2, 2",
            "delete 1, 1",
            "insert 2, 1",
        ];
        assert_eq!(members(&[merge]), merged);
        assert_eq!(members(&[merge]), merged);
        // A twin of this transaction's own.
        let delete = "DELETE FROM members WHERE in_group = 2 AND person = 2";
        let again = "INSERT INTO members VALUES (2, 2)";
        assert_eq!(members(&[delete, again, merge]), merged);
        assert_eq!(log(conn).len(), 1);
    }
}

#[test]
fn nothing_is_recorded_where_innodb_would_lose_rows() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY)",
        &[("pages (id) { id -> Integer }", "")],
    );
    if !is_mariadb(conn) {
        return;
    }
    conn.batch_execute("SET unique_checks = 0, foreign_key_checks = 0")
        .unwrap();
    let insert = "INSERT INTO pages VALUES (1)";
    let error = conn.batch_execute(insert).unwrap_err().to_string();
    assert!(error.contains("SET unique_checks = 1"), "{error}");
    assert_eq!(count(conn, "pages"), 0);
    conn.batch_execute("SET unique_checks = 1").unwrap();
    conn.batch_execute(insert).unwrap();
    assert_sound(conn);
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

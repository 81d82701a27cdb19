//! What single statements can do, and what it makes of the history, whatever the strategy.

use super::{Conn, database, on_conflict, transaction};
use crate::support::database::Engine;
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use continuum_schema::Dialect;
use diesel::prelude::*;
use diesel::sql_query;

/// A fresh database with items 1 to 3, for each strategy; the history has to be sound afterwards.
fn with_items(test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            "CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, amount INTEGER);
            INSERT INTO items VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL);",
            &[("items (id) { id -> Integer, name -> Text, amount -> Nullable<Integer> }", options)],
        );
        test(conn);
        assert_sound(conn);
    }
}

fn run(conn: &mut Conn, sql: &str) {
    sql_query(sql)
        .execute(conn)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

fn item(conn: &mut Conn, id: i32) -> Vec<String> {
    let id = format!("id = {id}");
    story(conn, "items_version", &["name", "amount"], &id)
}

/// Transactions after the baseline.
fn transactions(conn: &mut Conn) -> i64 {
    count(conn, "continuum_transaction") - 1
}

#[test]
fn a_statement_of_many_rows_makes_a_version_of_each() {
    with_items(|conn| {
        transaction(
            conn,
            &["UPDATE items SET amount = coalesce(amount, 0) + id"],
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update a, 11"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "update c, 3"]);
        assert_eq!(transactions(conn), 1);
        transaction(conn, &["DELETE FROM items WHERE id > 1"]);
        assert_eq!(item(conn, 1).len(), 2);
        assert_eq!(item(conn, 2)[2], "delete b, 22");
        assert_eq!(transactions(conn), 2);
    });
}

#[test]
fn rows_that_a_statement_leaves_as_they_are_get_no_version() {
    with_items(|conn| {
        run(conn, "UPDATE items SET amount = 10");
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update b, 10"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "update c, 10"]);
    });
}

#[test]
fn a_statement_that_finds_no_row_leaves_nothing() {
    with_items(|conn| {
        run(conn, "UPDATE items SET amount = 1 WHERE id > 9");
        run(conn, "DELETE FROM items WHERE id > 9");
        run(
            conn,
            "INSERT INTO items SELECT id, name, amount FROM items WHERE id > 9",
        );
        assert_eq!(transactions(conn), 0);
    });
}

#[test]
fn insert_from_select_records_every_row() {
    with_items(|conn| {
        let insert = "INSERT INTO items SELECT id + 10, name || name, amount FROM items";
        transaction(conn, &[insert]);
        assert_eq!(item(conn, 11), ["insert aa, 10"]);
        assert_eq!(item(conn, 13), ["insert cc, NULL"]);
        assert_eq!(transactions(conn), 1);
    });
}

#[test]
fn an_upsert_inserts_some_rows_updates_others_and_leaves_the_rest() {
    with_items(|conn| {
        let upsert = format!(
            "INSERT INTO items VALUES (1, 'a', 10), (2, 'b', 99), (4, 'd', 40) {}",
            on_conflict("id", &["name", "amount"])
        );
        transaction(conn, &[upsert]);
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update b, 99"]);
        assert_eq!(item(conn, 4), ["insert d, 40"]);
        assert_eq!(transactions(conn), 1);
    });
}

#[test]
fn an_upsert_that_does_nothing_leaves_nothing() {
    with_items(|conn| {
        let upserts: &[_] = match Conn::DIALECT {
            Dialect::MySql => &[
                "INSERT IGNORE INTO items VALUES (1, 'x', 1)",
                "INSERT INTO items VALUES (1, 'x', 1) ON DUPLICATE KEY UPDATE amount = amount",
            ],
            _ => &[
                "INSERT INTO items VALUES (1, 'x', 1) ON CONFLICT DO NOTHING",
                "INSERT INTO items VALUES (1, 'x', 1) ON CONFLICT (id) DO UPDATE SET amount = items.amount",
                "INSERT INTO items VALUES (1, 'x', 1) ON CONFLICT (id) DO UPDATE SET amount = 1 WHERE false",
            ],
        };
        for upsert in upserts {
            run(conn, upsert);
        }
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(transactions(conn), 0);
    });
}

#[test]
fn an_upsert_on_another_column_can_change_the_key() {
    with_items(|conn| {
        let upsert = format!(
            "INSERT INTO items VALUES (7, 'a', 70) {}",
            on_conflict("name", &["id", "amount"])
        );
        transaction(conn, &[upsert]);
        assert_eq!(item(conn, 1), ["insert a, 10", "delete a, 10"]);
        assert_eq!(item(conn, 7), ["insert a, 70"]);
        assert_eq!(transactions(conn), 1);
    });
}

#[test]
fn an_update_takes_values_from_another_table() {
    with_items(|conn| {
        let update = match Conn::DIALECT {
            Dialect::MySql => {
                "UPDATE items JOIN (SELECT * FROM items) AS o ON o.id = items.id + 1
                SET items.amount = o.amount"
            }
            _ => "UPDATE items SET amount = o.amount FROM items AS o WHERE o.id = items.id + 1",
        };
        transaction(conn, &[update]);
        assert_eq!(item(conn, 1), ["insert a, 10", "update a, 20"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update b, NULL"]);
        assert_eq!(item(conn, 3), ["insert c, NULL"]);
    });
}

#[test]
fn a_with_clause_in_front_of_a_write_changes_nothing_about_it() {
    // MariaDB has none there.
    if Conn::DIALECT == Dialect::MySql {
        return;
    }
    with_items(|conn| {
        let rows = "WITH w (id) AS (VALUES (1), (2))";
        for write in [
            "UPDATE items SET amount = 0 WHERE id IN (SELECT id FROM w)",
            "DELETE FROM items WHERE id IN (SELECT id FROM w)",
            "INSERT INTO items SELECT id, 'w' || id, id FROM w",
        ] {
            transaction(conn, &[&format!("{rows} {write}")]);
        }
        assert_eq!(
            item(conn, 1),
            ["insert a, 10", "update a, 0", "delete a, 0", "insert w1, 1"]
        );
        assert_eq!(transactions(conn), 3);
    });
}

#[test]
fn a_changed_key_is_a_delete_and_an_insert() {
    with_items(|conn| {
        transaction(conn, &["UPDATE items SET id = 5, amount = 50 WHERE id = 1"]);
        assert_eq!(item(conn, 1), ["insert a, 10", "delete a, 10"]);
        assert_eq!(item(conn, 5), ["insert a, 50"]);
        transaction(conn, &["UPDATE items SET id = 1 WHERE id = 5"]);
        assert_eq!(item(conn, 1)[2], "insert a, 50");
        assert_eq!(item(conn, 5)[1], "delete a, 50");
    });
}

#[test]
fn a_key_changed_there_and_back_in_one_transaction_leaves_nothing() {
    with_items(|conn| {
        let there = "UPDATE items SET id = id + 10";
        let back = "UPDATE items SET id = id - 10";
        transaction(conn, &[there, back]);
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(item(conn, 11), [""; 0]);
        assert_eq!(transactions(conn), 0);
    });
}

#[test]
fn two_rows_that_swap_their_keys_are_two_updates() {
    with_items(|conn| {
        transaction(
            conn,
            &[
                "UPDATE items SET id = -1 WHERE id = 1",
                "UPDATE items SET id = 1 WHERE id = 2",
                "UPDATE items SET id = 2 WHERE id = -1",
            ],
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update b, 20"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update a, 10"]);
        assert_eq!(item(conn, -1), [""; 0]);
        assert_eq!(transactions(conn), 1);
    });
}

#[test]
fn a_statement_that_moves_every_row_to_the_next_key_is_one_chain_for_each_key() {
    with_items(|conn| {
        transaction(conn, &["UPDATE items SET id = id - 1"]);
        assert_eq!(item(conn, 0), ["insert a, 10"]);
        assert_eq!(item(conn, 1), ["insert a, 10", "update b, 20"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update c, NULL"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
        assert_eq!(transactions(conn), 1);
    });
}

#[test]
fn keys_that_move_without_a_transaction_of_continuums_leave_sound_chains() {
    with_items(|conn| {
        run(conn, "UPDATE items SET id = id - 1");
        run(conn, "UPDATE items SET id = id - 1");
        assert_eq!(item(conn, -1), ["insert a, 10"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
    });
}

#[test]
fn a_table_that_is_emptied_and_filled_again_keeps_what_really_changed() {
    with_items(|conn| {
        transaction(
            conn,
            &[
                "DELETE FROM items",
                "INSERT INTO items VALUES (1, 'a', 10), (2, 'b', 21), (4, 'd', 40)",
            ],
        );
        assert_eq!(item(conn, 1), ["insert a, 10"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "update b, 21"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
        assert_eq!(item(conn, 4), ["insert d, 40"]);
    });
}

#[test]
fn a_statement_that_fails_at_a_later_row_leaves_nothing() {
    with_items(|conn| {
        for failing in [
            "INSERT INTO items VALUES (4, 'd', 40), (5, 'a', 50)",
            "UPDATE items SET id = id + 1, name = 'same' WHERE id > 1",
        ] {
            sql_query(failing).execute(conn).unwrap_err();
        }
        assert_eq!(count(conn, "items_version"), 3);
        assert_eq!(transactions(conn), 0);
    });
}

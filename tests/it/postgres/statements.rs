//! Statements that only PostgreSQL has.

use super::{Conn, database, run};
use crate::support::articles;
use crate::support::articles::schema::articles as table;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::{assert_sound, empty_transactions};
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// A fresh database with items 1 to 3, for each strategy; the history has to be sound afterwards.
fn with_items(test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let table = "(id) { id -> Integer, name -> Text, amount -> Nullable<Integer> }";
        let conn = &mut keep(
            &db,
            "CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, amount int);
            CREATE TABLE parts (id int PRIMARY KEY REFERENCES items, name text NOT NULL, amount int);
            INSERT INTO items VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL);",
            &[
                (&format!("items {table}"), options),
                (&format!("parts {table}"), options),
            ],
        );
        test(conn);
        assert_sound(conn);
        assert_eq!(
            empty_transactions(conn, &["items_version", "parts_version"]),
            0
        );
    }
}

fn item(conn: &mut Conn, id: i32) -> Vec<String> {
    let id = format!("id = {id}");
    story(conn, "items_version", &["name", "amount"], &id)
}

#[test]
fn rows_that_are_copied_in_are_recorded() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut articles::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().actor("import"), |conn| {
        diesel::copy_from(table::table)
            .from_raw_data((table::id, table::name), |copy| {
                for id in 1..=1000 {
                    writeln!(copy, "{id}\tname {id}").unwrap();
                }
                QueryResult::Ok(())
            })
            .execute(conn)
    })
    .unwrap();
    assert_eq!(
        count(conn, "articles_version WHERE operation_type = 0"),
        1000
    );
    assert_eq!(
        count(conn, "continuum_transaction WHERE actor = 'import'"),
        1
    );
    assert_eq!(
        story(conn, "articles_version", &["name"], "id = 1000"),
        ["insert name 1000"]
    );
}

/// L13.
#[test]
fn truncating_deletes_every_row() {
    with_items(|conn| {
        run(conn, "TRUNCATE items CASCADE");
        assert_eq!(item(conn, 1), ["insert a, 10", "delete a, 10"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
        assert_eq!(count(conn, "continuum_transaction"), 2);
        run(conn, "TRUNCATE items CASCADE");
        assert_eq!(count(conn, "continuum_transaction"), 2);
        run(conn, "INSERT INTO items VALUES (1, 'again', 1)");
        assert_eq!(item(conn, 1)[2], "insert again, 1");
    });
}

/// L13.
#[test]
fn truncating_several_tables_and_those_that_refer_to_them_is_one_transaction() {
    with_items(|conn| {
        run(
            conn,
            "INSERT INTO parts VALUES (1, 'part', 1), (2, 'part', 2)",
        );
        run(conn, "TRUNCATE items CASCADE");
        let deletes = "SELECT count(DISTINCT transaction_id) AS count FROM (
            SELECT * FROM items_version UNION ALL SELECT * FROM parts_version
        ) v WHERE operation_type = 2";
        assert_eq!(number(conn, deletes), 1);
        assert_eq!(count(conn, "parts_version WHERE operation_type = 2"), 2);
        run(
            conn,
            "INSERT INTO items VALUES (1, 'a', 1); INSERT INTO parts VALUES (1, 'p', 1);",
        );
        run(conn, "TRUNCATE parts, items RESTART IDENTITY");
        assert_eq!(count(conn, "parts_version WHERE operation_type = 2"), 3);
        assert_eq!(item(conn, 1).len(), 4);
    });
}

/// L13.
#[test]
fn truncating_in_a_transaction_keeps_what_it_did_to_each_row() {
    with_items(|conn| {
        run(
            conn,
            "BEGIN;
            INSERT INTO items VALUES (4, 'd', 40);
            UPDATE items SET amount = 11 WHERE id = 1;
            DELETE FROM items WHERE id = 2;
            TRUNCATE items CASCADE;
            INSERT INTO items VALUES (3, 'c', NULL), (5, 'e', 50);
            COMMIT;",
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "delete a, 11"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "delete b, 20"]);
        assert_eq!(item(conn, 3), ["insert c, NULL"]);
        assert_eq!(item(conn, 4), [""; 0]);
        assert_eq!(item(conn, 5), ["insert e, 50"]);
    });
}

/// L13: TRUNCATE also removes rows that the transaction's snapshot does not show.
#[test]
fn truncating_is_refused_where_it_could_remove_rows_unseen() {
    with_items(|conn| {
        for level in ["REPEATABLE READ", "SERIALIZABLE"] {
            run(conn, &format!("BEGIN ISOLATION LEVEL {level}"));
            let error = conn.batch_execute("TRUNCATE items CASCADE").unwrap_err();
            run(conn, "ROLLBACK");
            let message = error.to_string();
            let expected = format!(
                "continuum: TRUNCATE of a versioned table cannot be recorded under {level}"
            );
            assert_eq!(message, expected);
        }
        assert_eq!(count(conn, "items"), 3);
    });
}

#[test]
fn merge_inserts_updates_and_deletes() {
    with_items(|conn| {
        // MERGE came with PostgreSQL 15.
        if number(
            conn,
            "SELECT current_setting('server_version_num')::bigint AS count",
        ) < 150_000
        {
            return;
        }
        run(
            conn,
            "MERGE INTO items i
            USING (VALUES (1, 'a', 11), (2, 'b', NULL), (3, 'c', NULL), (4, 'd', 40)) AS s (id, name, amount)
            ON i.id = s.id
            WHEN MATCHED AND s.id = 2 THEN DELETE
            WHEN MATCHED THEN UPDATE SET amount = s.amount
            WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.name, s.amount)",
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update a, 11"]);
        assert_eq!(item(conn, 2), ["insert b, 20", "delete b, 20"]);
        assert_eq!(item(conn, 3), ["insert c, NULL"]);
        assert_eq!(item(conn, 4), ["insert d, 40"]);
        assert_eq!(count(conn, "continuum_transaction"), 2);
    });
}

#[test]
fn writes_inside_a_statement_are_recorded_with_it() {
    with_items(|conn| {
        run(
            conn,
            "WITH gone AS (DELETE FROM items WHERE id = 3 RETURNING *),
                changed AS (UPDATE items SET amount = amount + 1 WHERE id < 3 RETURNING *)
            INSERT INTO parts SELECT id, name, amount FROM changed
            UNION ALL SELECT 1, 'unused', 0 FROM gone WHERE false",
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update a, 11"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
        assert_eq!(
            story(conn, "parts_version", &["name", "amount"], "id = 2"),
            ["insert b, 21"]
        );
        assert_eq!(count(conn, "continuum_transaction"), 2);
    });
}

#[test]
fn a_row_that_a_statement_deletes_and_inserts_is_updated() {
    with_items(|conn| {
        run(
            conn,
            "WITH gone AS (DELETE FROM items RETURNING *)
            INSERT INTO items SELECT id, name || '!', amount FROM gone WHERE id < 3",
        );
        assert_eq!(item(conn, 1), ["insert a, 10", "update a!, 10"]);
        assert_eq!(item(conn, 3), ["insert c, NULL", "delete c, NULL"]);
        // Here the rows are deleted after those that are inserted have been.
        run(
            conn,
            "WITH gone AS (DELETE FROM items RETURNING *)
            INSERT INTO items SELECT id, name || '?', amount FROM gone LIMIT 1",
        );
        assert_eq!(item(conn, 1).last().unwrap(), "update a!?, 10");
        assert_eq!(item(conn, 2).last().unwrap(), "delete b!, 20");
    });
}

#[test]
fn a_function_that_writes_is_recorded_whatever_calls_it() {
    with_items(|conn| {
        run(
            conn,
            "CREATE FUNCTION add_item(int) RETURNS int LANGUAGE sql AS $$
                INSERT INTO items VALUES ($1, 'f', $1) RETURNING amount
            $$;
            SELECT add_item(4), add_item(5);
            UPDATE items SET amount = add_item(6) WHERE id = 1;
            DO $$ BEGIN PERFORM add_item(7); DELETE FROM items WHERE id = 7; END $$;",
        );
        assert_eq!(item(conn, 5), ["insert f, 5"]);
        assert_eq!(item(conn, 6), ["insert f, 6"]);
        assert_eq!(item(conn, 1), ["insert a, 10", "update a, 6"]);
        assert_eq!(item(conn, 7), [""; 0]);
    });
}

#[test]
fn a_procedure_that_commits_makes_one_transaction_of_each_part() {
    with_items(|conn| {
        run(
            conn,
            "CREATE PROCEDURE in_parts() LANGUAGE plpgsql AS $$
            BEGIN
                FOR i IN 4..6 LOOP
                    INSERT INTO items VALUES (i, 'p', NULL);
                    UPDATE items SET amount = i WHERE id = 1;
                    COMMIT;
                END LOOP;
            END $$",
        );
        run(conn, "CALL in_parts()");
        assert_eq!(count(conn, "continuum_transaction"), 4);
        assert_eq!(
            item(conn, 1),
            ["insert a, 10", "update a, 4", "update a, 5", "update a, 6"]
        );
    });
}

//! Keys that may clash for a while, or be another's.

use super::{Conn, database, run};
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::{assert_sound, empty_transactions};
use diesel::connection::SimpleConnection;

/// Rows 1 to 3 of a table whose key is checked when `checked` says.
fn with_places(checked: &str, test: impl Fn(&mut Conn)) {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn = &mut keep(
            &db,
            &format!(
                "CREATE TABLE places (nr int, name text, PRIMARY KEY (nr) {checked});
                INSERT INTO places VALUES (1, 'a'), (2, 'b'), (3, 'c');"
            ),
            &[(
                "places (nr) { nr -> Integer, name -> Nullable<Text> }",
                options,
            )],
        );
        test(conn);
        assert_sound(conn);
        assert_eq!(empty_transactions(conn, &["places_version"]), 0);
    }
}

fn place(conn: &mut Conn, nr: i32) -> Vec<String> {
    let nr = format!("nr = {nr}");
    story(conn, "places_version", &["name"], &nr)
}

#[test]
fn keys_that_a_statement_swaps_are_two_updates() {
    with_places("DEFERRABLE", |conn| {
        run(conn, "UPDATE places SET nr = 3 - nr WHERE nr < 3");
        assert_eq!(place(conn, 1), ["insert a", "update b"]);
        assert_eq!(place(conn, 2), ["insert b", "update a"]);
    });
}

#[test]
fn keys_that_a_statement_moves_up_are_one_chain_each() {
    with_places("DEFERRABLE", |conn| {
        run(conn, "UPDATE places SET nr = nr + 1");
        assert_eq!(place(conn, 1), ["insert a", "delete a"]);
        assert_eq!(place(conn, 2), ["insert b", "update a"]);
        assert_eq!(place(conn, 4), ["insert c"]);
        run(conn, "UPDATE places SET nr = nr - 1, name = upper(name)");
        assert_eq!(place(conn, 1)[2], "insert A");
        assert_eq!(place(conn, 4)[1], "delete c");
    });
}

#[test]
fn a_key_that_two_rows_have_until_the_commit_ends_as_what_the_row_is_then() {
    with_places("DEFERRABLE INITIALLY DEFERRED", |conn| {
        run(
            conn,
            "BEGIN;
            UPDATE places SET nr = 2 WHERE name = 'a';
            UPDATE places SET nr = 1 WHERE name = 'b';
            COMMIT;",
        );
        assert_eq!(place(conn, 1), ["insert a", "update b"]);
        assert_eq!(place(conn, 2), ["insert b", "update a"]);
        run(
            conn,
            "BEGIN;
            INSERT INTO places VALUES (3, 'new');
            DELETE FROM places WHERE name = 'c';
            COMMIT;",
        );
        assert_eq!(place(conn, 3), ["insert c", "update new"]);
    });
}

#[test]
fn so_it_does_where_the_rows_change_in_between() {
    with_places("DEFERRABLE INITIALLY DEFERRED", |conn| {
        run(
            conn,
            "BEGIN;
            UPDATE places SET name = 'B' WHERE nr = 2;
            UPDATE places SET nr = 2 WHERE nr = 1;
            UPDATE places SET name = 'A' WHERE name = 'a';
            UPDATE places SET nr = 1 WHERE name = 'B';
            COMMIT;",
        );
        assert_eq!(place(conn, 1), ["insert a", "update B"]);
        assert_eq!(place(conn, 2), ["insert b", "update A"]);
        run(
            conn,
            "BEGIN;
            UPDATE places SET nr = 3 WHERE nr = 2;
            DELETE FROM places WHERE nr = 3 AND name = 'A';
            COMMIT;",
        );
        assert_eq!(place(conn, 2)[2], "delete A");
        assert_eq!(place(conn, 3), ["insert c"]);
    });
}

#[test]
fn a_clash_at_the_commit_leaves_nothing() {
    with_places("DEFERRABLE INITIALLY DEFERRED", |conn| {
        let clash = "BEGIN; UPDATE places SET nr = 2 WHERE nr = 1; COMMIT;";
        conn.batch_execute(clash).unwrap_err();
        assert_eq!(place(conn, 1), ["insert a"]);
        assert_eq!(place(conn, 2), ["insert b"]);
    });
}

#[test]
fn constraints_may_be_deferred_and_checked_in_between() {
    with_places("DEFERRABLE", |conn| {
        run(
            conn,
            "BEGIN;
            SET CONSTRAINTS ALL DEFERRED;
            UPDATE places SET nr = 2 WHERE nr = 1;
            UPDATE places SET nr = 4 WHERE name = 'b';
            SET CONSTRAINTS ALL IMMEDIATE;
            UPDATE places SET nr = 1 WHERE nr = 4;
            COMMIT;",
        );
        assert_eq!(place(conn, 1), ["insert a", "update b"]);
        assert_eq!(place(conn, 2), ["insert b", "update a"]);
        assert_eq!(place(conn, 4), [""; 0]);
    });
}

//! What only PostgreSQL has to revert.

use super::{Conn, database};
use crate::support::kept::keep;
use crate::support::sound::assert_sound;
use continuum_core::{HistoryError, Reason, RevertTransaction};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

mod places {
    continuum_core::version_tables! {
        diesel::table! {
            other.places (id) {
                id -> Integer,
                name -> Nullable<Text>,
            }
        }
    }

    #[derive(diesel::Queryable, diesel::Selectable, continuum_core::Versioned)]
    #[diesel(table_name = places)]
    #[allow(dead_code)]
    pub struct Place {
        pub id: i32,
        pub name: Option<String>,
    }
}

fn newest_transaction(conn: &mut Conn) -> i64 {
    use continuum_core::continuum_transaction::dsl::{continuum_transaction, id};

    let newest: Option<i64> = continuum_transaction
        .select(diesel::dsl::max(id))
        .first(conn)
        .unwrap();
    newest.unwrap()
}

fn run(conn: &mut Conn, sql: &str) {
    conn.transaction(|conn| conn.batch_execute(sql))
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

#[test]
fn tables_of_the_same_name_in_two_schemas_are_told_apart() {
    use places::{PlaceVersion, places as rows, places_version};

    let Some(db) = database() else { return };
    let conn = &mut keep(
        &db,
        "CREATE SCHEMA other;
        CREATE TABLE places (id int PRIMARY KEY, name text);
        CREATE TABLE other.places (id int PRIMARY KEY, name text);
        INSERT INTO places VALUES (1, 'a'); INSERT INTO other.places VALUES (1, 'a'), (2, 'b');",
        &[
            ("places (id) { id -> Integer, name -> Nullable<Text> }", ""),
            (
                "other.places (id) { id -> Integer, name -> Nullable<Text> }",
                "",
            ),
        ],
    );
    let then = newest_transaction(conn);
    run(
        conn,
        "UPDATE places SET name = 'x'; UPDATE other.places SET name = 'x'",
    );
    let both = newest_transaction(conn);
    let back = PlaceVersion::revert_to(then).filter(places_version::id.eq(1));
    let preview = back.dry_run(conn).unwrap();
    assert_eq!(preview.changes[0].schema.as_deref(), Some("other"));
    assert_eq!(back.execute(conn), Ok(1));
    let names: Vec<Option<String>> = rows::table
        .order(rows::id)
        .select(rows::name)
        .load(conn)
        .unwrap();
    assert_eq!(names, [Some("a".to_owned()), Some("x".to_owned())]);
    let revert = RevertTransaction::new(both);
    assert_eq!(revert.dry_run(conn).unwrap().conflicts.len(), 1);
    assert_eq!(revert.force().execute(conn), Ok(2));
    assert_sound(conn);
}

#[test]
fn tables_that_refer_to_each_other_come_back_where_their_keys_can_be_deferred() {
    let Some(db) = database() else { return };
    let conn = &mut keep(
        &db,
        "CREATE TABLE hens (id int PRIMARY KEY, egg int NOT NULL);
        CREATE TABLE eggs (id int PRIMARY KEY, hen int NOT NULL REFERENCES hens DEFERRABLE);
        ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs DEFERRABLE INITIALLY DEFERRED;
        INSERT INTO hens VALUES (1, 1); INSERT INTO eggs VALUES (1, 1);",
        &[
            ("hens (id) { id -> Integer, egg -> Integer }", ""),
            ("eggs (id) { id -> Integer, hen -> Integer }", ""),
        ],
    );
    run(
        conn,
        "SET CONSTRAINTS ALL DEFERRED; DELETE FROM hens; DELETE FROM eggs",
    );
    let deleted = RevertTransaction::new(newest_transaction(conn));
    let inside = conn.transaction(|conn| {
        assert_eq!(deleted.execute(conn), Ok(2));
        // What checks at once by itself does so again.
        conn.batch_execute("INSERT INTO eggs VALUES (2, 7)")
    });
    let error = inside.unwrap_err().to_string();
    assert!(error.contains("eggs_hen_fkey"), "{error}");
    assert_eq!(deleted.execute(conn), Ok(2));
    assert_sound(conn);
}

#[test]
fn identity_columns_keep_their_numbers_and_beside_the_key_are_told() {
    let Some(db) = database() else { return };
    let conn = &mut keep(
        &db,
        "CREATE TABLE codes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
        CREATE TABLE serials (id int PRIMARY KEY, nr int GENERATED ALWAYS AS IDENTITY, name text);
        INSERT INTO codes (name) VALUES ('a'); INSERT INTO serials (id, name) VALUES (1, 'a');",
        &[
            ("codes (id) { id -> Integer, name -> Nullable<Text> }", ""),
            (
                "serials (id) { id -> Integer, nr -> Integer, name -> Nullable<Text> }",
                "",
            ),
        ],
    );
    run(conn, "DELETE FROM codes; DELETE FROM serials");
    let deleted = RevertTransaction::new(newest_transaction(conn));
    assert_eq!(deleted.execute(conn), Ok(2));
    run(
        conn,
        "UPDATE codes SET name = 'b'; UPDATE serials SET name = 'b'",
    );
    let renamed = RevertTransaction::new(newest_transaction(conn));
    let Err(HistoryError::Obstacles(obstacles)) = renamed.execute(conn) else {
        panic!("refused")
    };
    assert_eq!(obstacles.len(), 1);
    let column = "nr".to_owned();
    assert_eq!(obstacles[0].reason, Reason::Generated { column });
    assert_sound(conn);
}

/// The rows that others have locked are waited for, and what they became is seen.
#[test]
fn a_set_of_rows_goes_back_whatever_is_committed_meanwhile() {
    use places::PlaceVersion;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    let Some(db) = database() else { return };
    let conn = &mut keep(
        &db,
        "CREATE SCHEMA other; CREATE TABLE other.places (id int PRIMARY KEY, name text);
        INSERT INTO other.places VALUES (1, 'a'), (2, 'b');",
        &[(
            "other.places (id) { id -> Integer, name -> Nullable<Text> }",
            "",
        )],
    );
    let then = newest_transaction(conn);
    run(conn, "UPDATE other.places SET name = 'x'");
    let mut other = db.connect();
    let (begin, begun) = mpsc::channel();
    thread::scope(|scope| {
        let reverting = scope.spawn(move || {
            begun.recv().unwrap();
            PlaceVersion::revert_to(then).execute(&mut other)
        });
        conn.transaction(|conn| {
            conn.batch_execute("DELETE FROM other.places WHERE id = 1")?;
            begin.send(()).unwrap();
            thread::sleep(Duration::from_millis(300));
            QueryResult::Ok(())
        })
        .unwrap();
        assert_eq!(reverting.join().unwrap(), Ok(2));
    });
    let rows: i64 = places::places::table.count().get_result(conn).unwrap();
    assert_eq!(rows, 2);
    assert_sound(conn);
}

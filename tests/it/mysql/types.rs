//! Types that only MySQL has, or that are other than elsewhere.

use super::behaviour::{is_mariadb, transaction};
use super::{Conn, database};
use crate::support::catalog::columns;
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Bool;

#[test]
fn the_versions_have_the_exact_types_of_the_columns_and_nothing_else_of_them() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE things (
            id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
            flags BIT(5) NOT NULL DEFAULT b'101',
            mood ENUM('good', 'Bad') DEFAULT 'good',
            sizes SET('s', 'm', 'l'),
            about JSON,
            price DECIMAL(7, 3) UNSIGNED ZEROFILL,
            name VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL DEFAULT 'x',
            seen TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
            born YEAR,
            twice INT AS (born * 2) VIRTUAL,
            hidden_away INT INVISIBLE DEFAULT 7
        )",
        &[(
            "things (id) {
                id -> Unsigned<Integer>,
                flags -> Bit,
                mood -> Nullable<crate::Mood>,
                sizes -> Nullable<crate::Sizes>,
                about -> Nullable<Json>,
                price -> Nullable<Unsigned<Decimal>>,
                name -> Varchar,
                seen -> Nullable<Timestamp>,
                born -> Nullable<Integer>,
                twice -> Nullable<Integer>,
                hidden_away -> Nullable<Integer>,
            }",
            "",
        )],
    );
    let table = columns(conn, "things");
    let version_table = columns(conn, "things_version");
    for (column, kept) in table.iter().zip(&version_table) {
        assert_eq!(column.name, kept.name);
        assert_eq!(column.sql_type, kept.sql_type, "{}", column.name);
        assert_eq!(kept.default_value, None, "{}", column.name);
        assert!(!kept.is_generated, "{}", column.name);
    }
    transaction(
        conn,
        &[
            "INSERT INTO things (mood, sizes, about, price, name, born) \
           VALUES ('Bad', 's,l', '{\"a\": 1}', 1.5, 'ü', 2024)",
        ],
    );
    transaction(
        conn,
        &["UPDATE things SET flags = b'11', sizes = 'm', born = 2025"],
    );
    let shown = [
        "flags + 0",
        "mood",
        "sizes",
        "price",
        "name",
        "twice",
        "hidden_away",
    ];
    assert_eq!(
        story(conn, "things_version", &shown, "1 = 1"),
        [
            "insert 5, Bad, s,l, 0001.500, ü, 4048, 7",
            "update 3, Bad, m, 0001.500, ü, 4050, 7"
        ]
    );
    assert_sound(conn);
}

#[test]
fn what_a_collation_takes_for_equal_is_a_change_and_the_key_stays_the_same() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE words (
                word VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY,
                meaning VARCHAR(20) COLLATE utf8mb4_general_ci
            )",
            &[(
                "words (word) { word -> Varchar, meaning -> Nullable<Varchar> }",
                options,
            )],
        );
        for statement in [
            "INSERT INTO words VALUES ('a', 'x')",
            "UPDATE words SET meaning = 'X'",
            "UPDATE words SET meaning = 'X '",
            "UPDATE words SET meaning = 'X '",
            "UPDATE words SET word = 'Ä'",
        ] {
            transaction(conn, &[statement]);
        }
        assert_eq!(
            story(conn, "words_version", &["word", "meaning"], "1 = 1"),
            ["insert a, x", "update a, X", "update a, X ", "update Ä, X "]
        );
        transaction(
            conn,
            &["UPDATE words SET word = 'b'", "UPDATE words SET word = 'ä'"],
        );
        assert_eq!(
            story(conn, "words_version", &["word"], "1 = 1")[4..],
            ["update ä"]
        );
        assert_sound(conn);
    }
}

#[test]
fn dates_that_are_none_are_kept() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE days (id INTEGER NOT NULL PRIMARY KEY, day DATE)",
        &[("days (id) { id -> Integer, day -> Nullable<Date> }", "")],
    );
    conn.batch_execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
        .unwrap();
    transaction(conn, &["INSERT INTO days VALUES (1, '0000-00-00')"]);
    transaction(conn, &["UPDATE days SET day = '2024-02-31'"]);
    assert_eq!(
        story(conn, "days_version", &["day"], "1 = 1"),
        ["insert 0000-00-00", "update 2024-02-31"]
    );
}

#[test]
fn a_time_that_follows_updates_is_none_where_nothing_changed() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE pages (
                id INTEGER NOT NULL PRIMARY KEY,
                title VARCHAR(20),
                views INTEGER NOT NULL DEFAULT 0,
                seen TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
            );
            INSERT INTO pages (id, title, seen) VALUES (1, 'a', '2020-01-01 00:00:00')",
            &[(
                "pages (id) { id -> Integer, title -> Nullable<Varchar>, views -> Integer, \
                 seen -> Nullable<Timestamp> }",
                &format!("exclude(views), {options}"),
            )],
        );
        transaction(conn, &["UPDATE pages SET title = 'a'"]);
        assert_eq!(story(conn, "pages_version", &["title"], "1 = 1").len(), 1);
        // Ends the version before, whose time stays.
        transaction(conn, &["UPDATE pages SET views = 1"]);
        let seen = story(conn, "pages_version", &["seen"], "1 = 1");
        assert_eq!(seen[0], "insert 2020-01-01 00:00:00");
        assert_eq!(seen.len(), 2);
        assert_sound(conn);
    }
}

#[test]
fn a_zero_of_the_other_sign_is_another_value() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE points (id INTEGER NOT NULL PRIMARY KEY, x DOUBLE)",
        &[("points (id) { id -> Integer, x -> Nullable<Double> }", "")],
    );
    transaction(conn, &["INSERT INTO points VALUES (1, 0.0)"]);
    sql_query("UPDATE points SET x = -0e0 * 1")
        .execute(conn)
        .unwrap();
    // MariaDB stores it as 0 from 10.11.18 on, or an earlier one: then nothing has changed.
    let is_kept: bool = diesel::select(sql::<Bool>("(SELECT x FROM points) LIKE '-%'"))
        .get_result(conn)
        .unwrap();
    sql_query("UPDATE points SET x = 1e-300")
        .execute(conn)
        .unwrap();
    assert_sound(conn);
    let mut expected = vec!["insert 0", "update -0", "update 1e-300"];
    if !is_kept {
        expected.remove(1);
    }
    assert_eq!(story(conn, "points_version", &["x"], "1 = 1"), expected);
}

/// A FLOAT is more than the six digits that its text has.
#[test]
fn a_row_with_a_key_of_fractions_moves_to_a_fresh_id() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE points (x FLOAT NOT NULL PRIMARY KEY, name VARCHAR(20))",
        &[("points (x) { x -> Float, name -> Nullable<Varchar> }", "")],
    );
    let other: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &["INSERT INTO points VALUES (1.2345678, 'a'), (5, 'a'), (9, 'b')"],
    );
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        conn.batch_execute("UPDATE points SET name = 'x' WHERE x < 2")?;
        other.batch_execute("UPDATE points SET name = 'y' WHERE x = 9")?;
        conn.batch_execute("UPDATE points SET name = 'z' WHERE x = 9")?;
        conn.batch_execute("UPDATE points SET name = 'a' WHERE x < 2")
    })
    .unwrap();
    assert_eq!(
        story(conn, "points_version", &["name"], "x < 2"),
        ["insert a"]
    );
    assert_sound(conn);
}

/// What the clocks of a time zone show twice: 02:30 in Berlin, in the night when summer time ends.
#[test]
fn a_moment_of_the_hour_that_is_repeated_is_another_value() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE nights (first TIMESTAMP(6) NULL, second TIMESTAMP(6) NULL);
         CREATE TABLE talks (id INTEGER NOT NULL PRIMARY KEY, starts TIMESTAMP(6) NULL)",
        &[(
            "talks (id) { id -> Integer, starts -> Nullable<Timestamp> }",
            "",
        )],
    );
    // To MySQL they are equal.
    if !is_mariadb(conn) {
        return;
    }
    // A zone of the test's own: servers need not know any by name.
    conn.batch_execute(
        "INSERT INTO mysql.time_zone (Use_leap_seconds) VALUES ('N');
         SET @zone = LAST_INSERT_ID();
         INSERT INTO mysql.time_zone_name VALUES ('continuum/night', @zone);
         INSERT INTO mysql.time_zone_transition_type VALUES
            (@zone, 0, 7200, 1, 'S'), (@zone, 1, 3600, 0, 'W');
         INSERT INTO mysql.time_zone_transition VALUES (@zone, 1774746000, 0), (@zone, 1792890000, 1);
         SET time_zone = '+00:00';
         INSERT INTO nights VALUES ('2026-10-25 00:30:00', '2026-10-25 01:30:00');
         INSERT INTO talks SELECT 1, first FROM nights;
         SET time_zone = 'continuum/night';",
    )
    .unwrap();
    conn.batch_execute(
        "UPDATE talks, nights SET starts = second;
         UPDATE talks, nights SET starts = first;
         SET time_zone = '+00:00';
         DELETE FROM mysql.time_zone_name WHERE Time_zone_id = @zone;
         DELETE FROM mysql.time_zone_transition WHERE Time_zone_id = @zone;
         DELETE FROM mysql.time_zone_transition_type WHERE Time_zone_id = @zone;
         DELETE FROM mysql.time_zone WHERE Time_zone_id = @zone;",
    )
    .unwrap();
    assert_eq!(
        story(conn, "talks_version", &["starts"], "1 = 1"),
        [
            "insert 2026-10-25 00:30:00.000000",
            "update 2026-10-25 01:30:00.000000",
            "update 2026-10-25 00:30:00.000000",
        ]
    );
    assert_sound(conn);
}

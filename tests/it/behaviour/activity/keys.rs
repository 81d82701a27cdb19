//! Activities about rows with keys of any type.

use super::super::{Conn, database};
use crate::support::database::Engine;
use crate::support::decimal::Decimal;
use crate::support::keyed::keyed;
use chrono::{NaiveDate, NaiveDateTime};
use continuum_schema::Dialect;

type Bytes = Vec<u8>;

keyed!(by_text: code Text String);
keyed!(by_bytes: code Binary Bytes);
keyed!(by_number: code BigInt i64);
keyed!(by_decimal: code Numeric Decimal);
keyed!(by_day: code Date NaiveDate);
keyed!(by_time: code Timestamp NaiveDateTime);
keyed!(by_many: year Integer i32, code Text String, day Date NaiveDate, digest Binary Bytes);

/// A type by the names of SQLite, PostgreSQL and MySQL.
fn column(name: &str, types: [&str; 3]) -> String {
    let [sqlite, postgres, mysql] = types;
    let sql_type = match Conn::DIALECT {
        Dialect::Postgres => postgres,
        Dialect::MySql => mysql,
        _ => sqlite,
    };
    format!("{name} {sql_type} NOT NULL")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_key_of_text() {
    let texts = [
        "plain",
        "it's \"quoted\" \\ `too`",
        "Gänse, 日本, 🦀",
        "",
        "[1]",
        "1",
        "null",
        "two\nlines\tand more",
        "\\x6162",
        " spaced",
        "%_",
    ];
    let things = texts.map(|text| by_text::thing(text.to_owned()));
    by_text::check(
        &column("code", ["TEXT", "TEXT", "VARCHAR(40)"]),
        &things,
        "",
    );
}

#[test]
fn a_key_of_bytes() {
    let keys: [&[u8]; 8] = [
        &[0, 1, 255],
        b"text",
        b"",
        b"\"it's\" \\ quoted",
        // Bytes that are no text, and a text that says the same as how they are shown.
        &[0x61, 0xff],
        b"\\x61ff",
        b"\\x5c78363166",
        // A UUID.
        &[
            1, 35, 69, 103, 137, 171, 77, 239, 129, 35, 69, 103, 137, 171, 205, 239,
        ],
    ];
    let things = keys.map(|key| by_bytes::thing(key.to_vec()));
    by_bytes::check(
        &column("code", ["BLOB", "BYTEA", "VARBINARY(40)"]),
        &things,
        match Conn::DIALECT {
            Dialect::Postgres => "SET bytea_output = 'escape'",
            _ => "",
        },
    );
}

#[test]
fn a_key_of_a_number() {
    let keys = [0, -1, i64::MAX, i64::MAX - 1, i64::MIN];
    by_number::check(
        &column("code", ["BIGINT"; 3]),
        &keys.map(by_number::thing),
        "",
    );
    let keys = [0, 10, 11, -150, 1_234_567_890, 1_234_567_891];
    let things = keys.map(|hundredths| by_decimal::thing(Decimal::from_hundredths(hundredths)));
    by_decimal::check(&column("code", ["DECIMAL(12, 2)"; 3]), &things, "");
}

#[test]
fn a_key_of_a_time() {
    let session = match Conn::DIALECT {
        Dialect::Postgres => "SET DateStyle = 'German'; SET TimeZone = 'Asia/Kolkata'",
        Dialect::MySql => "SET time_zone = '+05:30'",
        _ => "",
    };
    let days = ["2024-02-29", "2024-03-01", "1950-12-31"];
    let things = days.map(|text| by_day::thing(day(text)));
    by_day::check(&column("code", ["DATE"; 3]), &things, session);
    let moments = ["2024-02-29", "1999-12-31"].map(|text| day(text).and_hms_opt(0, 0, 0));
    let moments = moments.map(Option::unwrap);
    let later = |moment: NaiveDateTime| moment + chrono::Duration::microseconds(1);
    let moments = [moments[0], later(moments[0]), moments[1], later(moments[1])];
    by_time::check(
        &column("code", ["TIMESTAMP", "TIMESTAMP", "DATETIME(6)"]),
        &moments.map(by_time::thing),
        session,
    );
}

#[test]
fn a_key_of_several_columns() {
    let columns = [
        column("year", ["INTEGER"; 3]),
        column("code", ["TEXT", "TEXT", "VARCHAR(40)"]),
        column("day", ["DATE"; 3]),
        column("digest", ["BLOB", "BYTEA", "VARBINARY(40)"]),
    ];
    let of = |year, code: &str, date, digest: &[u8]| {
        by_many::thing(year, code.to_owned(), day(date), digest.to_vec())
    };
    let things = [
        of(2024, "a", "2024-01-01", &[1]),
        of(2024, "a", "2024-01-01", &[255]),
        of(2024, "a\", \"2024-01-01", "2024-01-01", &[1]),
        of(2024, "ä", "2024-01-02", &[1]),
        of(2025, "b", "2024-01-01", b"b"),
    ];
    by_many::check(&columns.join(", "), &things, "");
}

#[test]
fn a_key_that_is_spelled_in_another_way() {
    use crate::support::sound::assert_sound;
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;

    if Conn::DIALECT == Dialect::Sqlite {
        // `table!` names no collation, so a version table has none, and this is another key.
        return;
    }
    let Some(db) = database() else { return };
    if Conn::DIALECT == Dialect::Postgres {
        db.apply(
            "CREATE COLLATION whatever_case \
             (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        );
    }
    let columns = column(
        "code",
        [
            "TEXT",
            "TEXT COLLATE whatever_case",
            "VARCHAR(40) COLLATE utf8mb4_general_ci",
        ],
    );
    let conn: &mut Conn = &mut by_text::set_up(&db, &columns);
    let [made, renamed, asked] = ["Ann", "ANN", "ann"].map(|code| by_text::thing(code.to_owned()));
    let other = by_text::thing("Anna".to_owned());
    for thing in [&made, &other] {
        diesel::insert_into(by_text::things::table)
            .values(thing)
            .execute(conn)
            .unwrap();
        by_text::record(conn, "made", thing);
    }
    conn.batch_execute("UPDATE things SET code = 'ANN' WHERE code = 'Ann'")
        .unwrap();
    by_text::record(conn, "renamed", &made);
    diesel::delete(&renamed).execute(conn).unwrap();
    by_text::record(conn, "deleted", &asked);
    for thing in [made, renamed, asked] {
        assert_eq!(
            by_text::told(conn, &thing),
            [
                "made: insert first",
                "renamed: update first",
                "deleted: delete first"
            ]
        );
    }
    assert_eq!(by_text::told(conn, &other), ["made: insert first"]);
    assert_sound(conn);
}

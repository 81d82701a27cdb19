//! The rows as they were at a moment.

mod keys;

use super::{Conn, database, log, transaction};
use crate::support::strategies::{self, KEPT, on_each_strategy};
use chrono::{DateTime, TimeDelta, Utc};
use continuum_core::prelude::*;
use continuum_core::{AsOf, Moment};
use diesel::prelude::*;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// Four transactions on both tables, with time between them; their ids and times.
fn set_up(conn: &mut Conn) -> [(i64, DateTime<Utc>); 4] {
    for statement in [
        "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'b')",
        "UPDATE {t} SET name = 'c' WHERE id = 1",
        "DELETE FROM {t} WHERE id = 1",
        "INSERT INTO {t} (id, name) VALUES (1, 'd'), (3, 'e')",
    ] {
        // SQLite's clock has milliseconds.
        sleep(Duration::from_millis(3));
        let on_each = KEPT.map(|kept| statement.replace("{t}", kept.table));
        transaction(conn, &on_each);
    }
    let records: Vec<_> = log(conn).iter().map(|t| (t.id, t.issued_at)).collect();
    records.try_into().unwrap()
}

/// What the tables held before these transactions, and after each.
const STATES: [&[(i32, &str)]; 5] = [
    &[],
    &[(1, "a"), (2, "b")],
    &[(1, "c"), (2, "b")],
    &[(2, "b")],
    &[(1, "d"), (2, "b"), (3, "e")],
];

macro_rules! state {
    ($versions:expr) => {{
        let versions = $versions;
        let mut rows: Vec<_> = versions.into_iter().map(|v| (v.id, v.name)).collect();
        rows.sort();
        rows
    }};
}

fn expected(state: usize) -> Vec<(i32, String)> {
    let rows = STATES[state].iter();
    rows.map(|(id, name)| (*id, (*name).to_owned())).collect()
}

#[test]
fn as_of_a_transaction_the_rows_are_what_it_left() {
    // E20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        for (state, (id, _)) in (1..).zip(records) {
            let versions: Vec<RowVersion> = RowVersion::as_of(id).load(conn).unwrap();
            assert_eq!(state!(versions), expected(state));
        }
        for (id, state) in [(records[0].0 - 1, 0), (i64::MAX, 4), (0, 0), (-1, 0)] {
            let versions: Vec<RowVersion> = RowVersion::as_of(id).load(conn).unwrap();
            assert_eq!(state!(versions), expected(state));
        }
    });
}

#[test]
fn as_of_a_time_the_rows_are_what_the_last_transaction_until_then_left() {
    // E21
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        for (state, (_, time)) in (1..).zip(records) {
            for (moment, state) in [
                (time, state),
                (time + TimeDelta::milliseconds(1), state),
                (time - TimeDelta::microseconds(1), state - 1),
            ] {
                let versions: Vec<RowVersion> = RowVersion::as_of(moment).load(conn).unwrap();
                assert_eq!(state!(versions), expected(state), "{moment}");
            }
        }
        let versions: Vec<RowVersion> = RowVersion::as_of(records[1].1.naive_utc())
            .load(conn)
            .unwrap();
        assert_eq!(state!(versions), expected(2));
        let long_ago = DateTime::<Utc>::UNIX_EPOCH;
        let versions: Vec<RowVersion> = RowVersion::as_of(long_ago).load(conn).unwrap();
        assert_eq!(state!(versions), []);
        let versions: Vec<RowVersion> = RowVersion::as_of(SystemTime::now()).load(conn).unwrap();
        assert_eq!(state!(versions), expected(4));
    });
}

#[test]
fn one_row_is_found_by_each_kind_of_moment_in_turn() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let row = |id| Row {
            id,
            name: String::new(),
            content: None,
            views: 0,
            secret: None,
        };
        for (state, (transaction, time)) in (1..).zip(records) {
            for id in 1..=3 {
                let name = STATES[state].iter().find(|row| row.0 == id);
                let expected = name.map(|(_, name)| (*name).to_owned());
                macro_rules! found {
                    ($moment:expr) => {{
                        let row = row(id);
                        let version = row.as_of($moment).first(conn).optional().unwrap();
                        version.map(|version: RowVersion| version.name)
                    }};
                }
                assert_eq!(found!(transaction), expected);
                assert_eq!(found!(time), expected);
                assert_eq!(found!(time.naive_utc()), expected);
                assert_eq!(found!(SystemTime::from(time)), expected);
                assert_eq!(found!(Moment::from(transaction)), expected);
                assert_eq!(found!(Moment::from(time)), expected);
            }
        }
    });
}

#[test]
fn asked_for_as_a_whole_table_the_rows_are_the_same() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let mut found = |moment: Moment| {
            let whole_table = AsOf::<RowVersion>::whole_table(moment);
            let versions: Vec<RowVersion> = rows_version::table
                .filter(whole_table)
                .select(RowVersion::as_select())
                .load(conn)
                .unwrap();
            state!(versions)
        };
        for (state, (id, time)) in (1..).zip(records) {
            assert_eq!(found(id.into()), expected(state));
            assert_eq!(found(time.into()), expected(state));
        }
        assert_eq!(found(0.into()), []);
        assert_eq!(found(i64::MAX.into()), expected(4));
        assert_eq!(found(DateTime::<Utc>::UNIX_EPOCH.into()), []);
    });
}

#[test]
fn as_of_any_moment_an_unknown_row_is_not_there() {
    // E20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let unknown: Option<RowVersion> = RowVersion::as_of(i64::MAX)
            .filter(rows_version::id.eq(7))
            .first(conn)
            .optional()
            .unwrap();
        assert_eq!(unknown, None);
    });
}

#[test]
fn as_of_is_a_query_like_any_other() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let one: RowVersion = RowVersion::as_of(records[0].0)
            .filter(rows_version::name.ne("x"))
            .order(rows_version::name.desc())
            .limit(1)
            .get_result(conn)
            .unwrap();
        assert_eq!((one.id, one.name.as_str()), (2, "b"));
        let counted: i64 = rows_version::table
            .filter(AsOf::<RowVersion>::new(records[3].0))
            .count()
            .get_result(conn)
            .unwrap();
        assert_eq!(counted, 3);
        // Beside the row as it is now.
        let then_and_now: Vec<(String, String)> = rows_version::table
            .inner_join(rows::table.on(rows::id.eq(rows_version::id)))
            .filter(AsOf::<RowVersion>::new(records[1].0))
            .order(rows::id)
            .select((rows_version::name, rows::name))
            .load(conn)
            .unwrap();
        let names: Vec<_> = then_and_now
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(names, [("c", "d"), ("b", "b")]);
    });
}

#[test]
fn the_version_at_a_transaction_that_did_not_touch_the_row_is_the_one_before() {
    // E20
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let records = set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let row = Row {
            id: 2,
            name: String::new(),
            content: None,
            views: 0,
            secret: None,
        };
        for (id, _) in records {
            let version: RowVersion = RowVersion::as_of(id)
                .filter(row.same_row())
                .get_result(conn)
                .unwrap();
            assert_eq!(version.transaction_id, records[0].0);
        }
    });
}

#[test]
fn several_version_tables_are_joined_as_of_one_moment() {
    use crate::support::articles as blog;
    use crate::support::articles::models::{ArticleVersion, TagVersion};
    use crate::support::articles::schema::{articles_version, tags_version};

    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for statements in [
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags VALUES (1, 'red', 1), (2, 'blue', 2)",
        ][..],
        &["UPDATE tags SET name = 'RED' WHERE id = 1"],
        &["UPDATE articles SET name = 'A' WHERE id = 1"],
        &["UPDATE tags SET article_id = 1"],
        &["DELETE FROM tags WHERE id = 1"],
    ] {
        transaction(conn, statements);
    }
    let ids: Vec<i64> = log(conn).iter().map(|record| record.id).collect();
    let mut joined = |moment: continuum_core::Moment| -> Vec<String> {
        let pairs: Vec<(String, Option<String>)> = articles_version::table
            .inner_join(
                tags_version::table
                    .on(tags_version::article_id.eq(articles_version::id.nullable())),
            )
            .filter(AsOf::<ArticleVersion>::new(moment))
            .filter(AsOf::<TagVersion>::one_by_one(moment))
            .order((articles_version::id, tags_version::id))
            .select((articles_version::name, tags_version::name))
            .load(conn)
            .unwrap();
        pairs
            .into_iter()
            .map(|(article, tag)| format!("{article} {}", tag.unwrap()))
            .collect()
    };
    let expected = [
        vec!["a red", "b blue"],
        vec!["a RED", "b blue"],
        vec!["A RED", "b blue"],
        vec!["A RED", "A blue"],
        vec!["A blue"],
    ];
    for (id, expected) in ids.into_iter().zip(expected) {
        assert_eq!(joined(id.into()), expected, "{id}");
    }
    assert_eq!(joined(Utc::now().into()), ["A blue"]);
}

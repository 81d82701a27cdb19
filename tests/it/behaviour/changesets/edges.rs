//! Changesets of histories that begin late, of columns that are computed, and of texts.

use super::super::{Conn, database, log, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::schema::articles_version;
use crate::support::database::Engine;
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, keep};
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::prelude::*;
use continuum_core::{HistoryError, Reason};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

#[test]
fn a_history_whose_first_version_is_an_update_tells_all_of_it() {
    // E14
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let mut tables = KEPT.into_iter();
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let kept = tables.next().unwrap();
        for statement in [
            "INSERT INTO {t} (id, name) VALUES (1, 'a')",
            "UPDATE {t} SET content = 'c'",
            "UPDATE {t} SET name = 'b'",
        ] {
            transaction(conn, &[statement.replace("{t}", kept.table)]);
        }
        let oldest = format!(
            "DELETE FROM {} WHERE operation_type = 0",
            kept.version_table
        );
        conn.batch_execute(&oldest).unwrap();
        let row: Row = rows::table.first(conn).unwrap();
        let versions: Vec<RowVersion> = row.versions().load(conn).unwrap();
        assert_eq!(versions.len(), 2);
        assert_eq!(versions[0].operation(), Operation::Update);
        let changeset = versions[0].changeset(conn).unwrap();
        assert_eq!(changeset.old, None);
        let whole = json!({"id": [null, 1], "name": [null, "a"], "content": [null, "c"]});
        assert_eq!(changeset.changes.to_json(), whole);
        let renamed: Vec<RowVersion> = row
            .versions()
            .filter(RowVersion::changed(rows_version::name))
            .load(conn)
            .unwrap();
        assert_eq!(renamed, versions);
        assert!(versions[0].previous(conn).unwrap().is_none());
        let set: Vec<i64> = row
            .blame(conn)
            .unwrap()
            .iter()
            .map(|set| set.transaction.id)
            .collect();
        let [first, last] = [0, 1].map(|index: usize| versions[index].transaction_id);
        assert_eq!(set, [first, last, first]);
    });
}

#[test]
fn a_computed_column_that_is_excluded_is_in_no_changeset() {
    // E15
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE sums (
                id INTEGER NOT NULL PRIMARY KEY, a INTEGER,
                twice INTEGER GENERATED ALWAYS AS (a * 2) STORED
            )",
            &[(
                "sums (id) { id -> Integer, a -> Nullable<Integer>, twice -> Nullable<Integer> }",
                &format!("exclude(twice), {strategy}"),
            )],
        );
        transaction(conn, &["INSERT INTO sums (id, a) VALUES (1, 1)"]);
        transaction(conn, &["UPDATE sums SET a = 5"]);
        conn.batch_execute("SELECT twice FROM sums").unwrap();
        conn.batch_execute("SELECT twice FROM sums_version")
            .unwrap_err();
        let record = log(conn).pop().unwrap();
        let changed = record.changes(conn).unwrap();
        assert_eq!(changed[0].rows[0].changes.to_json(), json!({"a": [1, 5]}));
        // And is computed anew when the row goes back.
        assert_eq!(record.revert(conn), Ok(1));
        assert_eq!(
            crate::support::history::count(conn, "sums WHERE twice = 2"),
            1
        );
    }
}

#[test]
fn a_computed_column_that_is_kept_is_in_every_changeset_and_in_the_way_of_a_revert() {
    // E15
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE sums (
                id INTEGER NOT NULL PRIMARY KEY, a INTEGER,
                twice INTEGER GENERATED ALWAYS AS (a * 2) STORED
            )",
            &[(
                "sums (id) { id -> Integer, a -> Nullable<Integer>, twice -> Nullable<Integer> }",
                strategy,
            )],
        );
        for statement in [
            "INSERT INTO sums (id, a) VALUES (1, 1)",
            "UPDATE sums SET a = 5",
            "UPDATE sums SET a = NULL",
            "DELETE FROM sums",
        ] {
            transaction(conn, &[statement]);
        }
        let told = story(conn, "sums_version", &["a", "twice"], "id = 1");
        assert_eq!(
            told,
            [
                "insert 1, 2",
                "update 5, 10",
                "update NULL, NULL",
                "delete NULL, NULL"
            ]
        );
        let records = log(conn);
        let changes: Vec<Value> = records
            .iter()
            .map(|record| record.changes(conn).unwrap()[0].rows[0].changes.to_json())
            .collect();
        assert_eq!(
            changes,
            [
                json!({"id": [null, 1], "a": [null, 1], "twice": [null, 2]}),
                json!({"a": [1, 5], "twice": [2, 10]}),
                json!({"a": [5, null], "twice": [10, null]}),
                json!({"id": [1, null]}),
            ]
        );
        // The row is to be inserted with a value, or to be updated to one.
        for record in [&records[3], &records[1]] {
            let refused = record.reverting().force().execute(conn).unwrap_err();
            let HistoryError::Obstacles(obstacles) = &refused else {
                panic!("{refused:?}")
            };
            let column = "twice".to_owned();
            assert_eq!(obstacles[0].reason, Reason::Generated { column });
            let told = refused.to_string();
            for part in ["sums", "twice", "exclude(twice)"] {
                assert!(told.contains(part), "{told}");
            }
            assert_eq!(log(conn), records);
            assert_eq!(
                story(conn, "sums_version", &["a", "twice"], "id = 1").len(),
                4
            );
        }
    }
}

mod flags {
    continuum_core::version_tables! {
        diesel::table! {
            flags (id) {
                id -> Integer,
                number -> Nullable<Integer>,
                text -> Nullable<Text>,
                truth -> Nullable<Bool>,
            }
        }
    }

    #[derive(
        Debug,
        diesel::Queryable,
        diesel::Selectable,
        diesel::Identifiable,
        continuum_core::Versioned,
    )]
    pub struct Flag {
        pub id: i32,
        pub number: Option<i32>,
        pub text: Option<String>,
        pub truth: Option<bool>,
    }
}

#[test]
fn nothing_is_taken_for_null_but_null_also_before_the_commit() {
    // E17
    use flags::{Flag, flags as rows, flags_version};

    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE flags (
            id INTEGER NOT NULL PRIMARY KEY, number INTEGER, text VARCHAR(20), truth BOOLEAN
        );",
        &[(
            "flags (id) { id -> Integer, number -> Nullable<Integer>, text -> Nullable<Text>, \
             truth -> Nullable<Bool> }",
            "",
        )],
    );
    transaction(
        conn,
        &["INSERT INTO flags VALUES (1, NULL, NULL, NULL), (2, 0, '', FALSE)"],
    );
    let flag = Flag {
        id: 1,
        number: None,
        text: None,
        truth: None,
    };
    let nothing = (None, None, None);
    let empty = (Some(0), Some(""), Some(false));
    let full = (Some(1), Some("a"), Some(true));
    let mut before = nothing;
    for after in [empty, nothing, full, empty, full, nothing, empty] {
        let check = |conn: &mut Conn| {
            let version = flag.latest_version(conn).unwrap().unwrap();
            let changeset = version.changeset(conn).unwrap();
            let number = changeset.get(flags_version::number).unwrap();
            assert_eq!((number.old, number.new), (Some(&before.0), Some(&after.0)));
            let text = changeset.get(flags_version::text).unwrap();
            let [old, new] = [text.old, text.new].map(|text| text.map(Option::as_deref));
            assert_eq!((old, new), (Some(before.1), Some(after.1)));
            let truth = changeset.get(flags_version::truth).unwrap();
            assert_eq!((truth.old, truth.new), (Some(&before.2), Some(&after.2)));
            let is = |value: Option<bool>| match Conn::DIALECT {
                Dialect::Postgres => json!(value),
                _ => json!(value.map(i32::from)),
            };
            assert_eq!(
                changeset.changes.to_json(),
                json!({
                    "number": [before.0, after.0],
                    "text": [before.1, after.1],
                    "truth": [is(before.2), is(after.2)],
                })
            );
        };
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            diesel::update(rows::table.find(1))
                .set((
                    rows::number.eq(after.0),
                    rows::text.eq(after.1),
                    rows::truth.eq(after.2),
                ))
                .execute(conn)?;
            check(conn);
            QueryResult::Ok(())
        })
        .unwrap();
        check(conn);
        before = after;
    }
    // What was NULL or empty from the beginning.
    let [null, other] = [1, 2].map(|id| {
        flags_version::table
            .filter(flags_version::id.eq(id))
            .order(flags_version::transaction_id)
            .select(flags::FlagVersion::as_select())
            .first(conn)
            .unwrap()
    });
    let changes = null.changeset(conn).unwrap().changes.to_json();
    assert_eq!(changes, json!({"id": [null, 1]}));
    let changes = other.changeset(conn).unwrap().changes;
    let names: Vec<_> = ["id", "number", "text", "truth"]
        .into_iter()
        .filter(|name| changes.get(name).is_some())
        .collect();
    assert_eq!(names, ["id", "number", "text", "truth"]);
}

#[test]
fn texts_are_compared_line_by_line_and_word_by_word() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let old = "The first line.\nA \"quoted\" l\u{ed}ne\\.\nThe end.\n";
    let new = "The first line.\nA \"quoted\" line\\.\n\nThe very end.\n";
    let article = Article {
        id: 1,
        name: "a".into(),
        content: Some(old.into()),
        description: None,
    };
    diesel::insert_into(blog::schema::articles::table)
        .values(&article)
        .execute(conn)
        .unwrap();
    diesel::update(&article)
        .set(blog::schema::articles::content.eq(new))
        .execute(conn)
        .unwrap();
    let version: ArticleVersion = article.latest_version(conn).unwrap().unwrap();
    let changeset = version.changeset(conn).unwrap();
    let content = changeset.changes.get("content").unwrap();
    let (before, after) = content.texts().unwrap();
    assert_eq!((before, after), (old, new));
    let typed = changeset.get(articles_version::content).unwrap();
    assert_eq!(typed.old.unwrap().as_deref(), Some(old));

    let lines = TextDiff::from_lines(before, after);
    let lines: Vec<String> = lines
        .iter_all_changes()
        .filter(|line| line.tag() != ChangeTag::Equal)
        .map(|line| format!("{}{}", line.tag(), line.value()))
        .collect();
    let expected = [
        "-A \"quoted\" l\u{ed}ne\\.\n",
        "-The end.\n",
        "+A \"quoted\" line\\.\n",
        "+\n",
        "+The very end.\n",
    ];
    assert_eq!(lines, expected);
    let words = TextDiff::from_words("The end.", "The very end.");
    let added: String = words
        .iter_all_changes()
        .filter(|word| word.tag() == ChangeTag::Insert)
        .map(|word| word.value())
        .collect();
    assert_eq!(added.trim(), "very");

    // What was no text before is none to compare.
    diesel::update(&article)
        .set(blog::schema::articles::content.eq(None::<String>))
        .execute(conn)
        .unwrap();
    let version: ArticleVersion = article.latest_version(conn).unwrap().unwrap();
    let changeset = version.changeset(conn).unwrap();
    assert_eq!(changeset.changes.get("content").unwrap().texts(), None);
}

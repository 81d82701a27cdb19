//! Columns of which the history keeps nothing, or only that they changed.

use super::{Conn, database, log, transaction};
use crate::support::articles;
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep, texts};
use crate::support::sound::assert_sound;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::prelude::*;
use continuum_schema::parse;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

const TEXTS: &str =
    "texts (id) { id -> Integer, name -> Nullable<Text>, views -> Nullable<Integer> }";

#[test]
fn the_version_table_does_not_have_an_excluded_or_hidden_column() {
    // C03, M06; that reading it does not compile is in ui/options/read_excluded_field.rs
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        for column in ["views", "secret"] {
            let query = |table| format!("SELECT {column} FROM {table}");
            conn.batch_execute(&query(kept.table)).unwrap();
            conn.batch_execute(&query(kept.version_table)).unwrap_err();
        }
    }
}

#[test]
fn the_hidden_columns_that_a_version_changed_are_told_by_name() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    let mut tables = KEPT.into_iter();
    on_each_strategy!(|Row, RowVersion, rows, versions| {
        let table = tables.next().unwrap().table;
        for statement in [
            "INSERT INTO {t} (id, name) VALUES (1, 'a')",
            "UPDATE {t} SET name = 'b'",
            "UPDATE {t} SET secret = 's'",
            "DELETE FROM {t}",
        ] {
            transaction(conn, &[statement.replace("{t}", table)]);
        }
        let hidden: Vec<_> = versions::table
            .order(versions::transaction_id)
            .select(RowVersion::as_select())
            .load(conn)
            .unwrap()
            .iter()
            .map(|version: &RowVersion| version.hidden_changed())
            .collect();
        let (none, one): (Vec<&str>, Vec<&str>) = (vec![], vec!["secret"]);
        assert_eq!(hidden, [none.clone(), none, one.clone(), one]);
    });
}

#[test]
fn a_transaction_tells_the_hidden_columns_that_it_changed_by_name() {
    // `last_mod` is a column like any other, whatever it is called.
    let table = "notes (id) { id -> Integer, name -> Nullable<Text>, secret -> Nullable<Text>, \
         last_mod -> Integer, other -> Nullable<Text> }";
    let sql = "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, name TEXT, secret TEXT, \
         last_mod INTEGER NOT NULL, other TEXT);";
    for strategy in STRATEGIES {
        for track_changes in ["", ", track_changes"] {
            let Some(db) = database() else { return };
            let options = format!("hidden(secret, other), {strategy}{track_changes}");
            let conn: &mut Conn = &mut keep(&db, sql, &[(table, &options)]);
            for statement in [
                "INSERT INTO notes VALUES (1, 'a', 's', 0, NULL)",
                "UPDATE notes SET other = 'o'",
                "UPDATE notes SET last_mod = 1",
                "UPDATE notes SET name = 'b', secret = NULL, other = 'p'",
                "DELETE FROM notes",
            ] {
                transaction(conn, &[statement]);
            }
            let told: Vec<(Operation, Vec<String>, Vec<String>)> = log(conn)
                .iter()
                .map(|transaction| {
                    let mut tables = transaction.changes(conn).unwrap();
                    let row = tables.remove(0).rows.remove(0);
                    let columns = row.changes.iter().map(|change| change.column.to_owned());
                    (row.operation, columns.collect(), row.hidden_changed)
                })
                .collect();
            let expected: [(Operation, &[&str], &[&str]); 5] = [
                (Operation::Insert, &["id", "last_mod", "name"], &["secret"]),
                (Operation::Update, &[], &["other"]),
                (Operation::Update, &["last_mod"], &[]),
                (Operation::Update, &["name"], &["secret", "other"]),
                (
                    Operation::Delete,
                    &["id", "last_mod", "name"],
                    &["secret", "other"],
                ),
            ];
            for (told, expected) in told.iter().zip(expected) {
                let mut columns: Vec<&str> = told.1.iter().map(String::as_str).collect();
                columns.sort_unstable();
                assert_eq!((told.0, &columns[..]), (expected.0, expected.1));
                assert_eq!(told.2, expected.2);
            }
            assert_eq!(told.len(), 5);
        }
    }
}

#[test]
fn changing_an_excluded_column_alone_leaves_nothing() {
    // C04, C05
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let table = kept.table;
        conn.batch_execute(&format!("INSERT INTO {table} (id, name) VALUES (1, 'a')"))
            .unwrap();
        let recorded = log(conn);
        let update = format!("UPDATE {table} SET views = views + 1");
        conn.batch_execute(&update).unwrap();
        transaction(conn, &[&update, &update]);
        assert_eq!(count(conn, kept.version_table), 1);
        assert_eq!(log(conn), recorded);
    }
}

#[test]
fn changing_an_excluded_column_with_others_makes_one_version() {
    // C06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let table = kept.table;
        conn.batch_execute(&format!("INSERT INTO {table} (id, name) VALUES (1, 'a')"))
            .unwrap();
        transaction(conn, &[format!("UPDATE {table} SET views = 7, name = 'b'")]);
        transaction(
            conn,
            &[
                format!("UPDATE {table} SET name = 'c'"),
                format!("UPDATE {table} SET views = 8, name = 'b'"),
            ],
        );
        assert_eq!(
            story(conn, kept.version_table, &["name"], "id = 1"),
            ["insert a", "update b"]
        );
    }
}

#[test]
fn an_excluded_column_does_not_keep_a_row_from_being_what_it_was() {
    // C04, B10
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE texts (id INTEGER NOT NULL PRIMARY KEY, name TEXT, views INTEGER);
            INSERT INTO texts VALUES (1, 'a', 1);",
            &[(TEXTS, &format!("exclude(views), {strategy}"))],
        );
        transaction(
            conn,
            &[
                "UPDATE texts SET name = 'b', views = 2",
                "UPDATE texts SET name = 'a'",
            ],
        );
        transaction(
            conn,
            &["DELETE FROM texts", "INSERT INTO texts VALUES (1, 'a', 3)"],
        );
        assert_eq!(count(conn, "texts_version"), 1);
        assert_eq!(log(conn), []);
    }
}

#[test]
fn links_without_a_history_change_nothing_in_that_of_their_ends() {
    // C08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        articles::TABLES,
        &[
            ("articles (id) { id -> Integer, name -> Text }", ""),
            ("tags (id) { id -> Integer, name -> Nullable<Text> }", ""),
        ],
    );
    conn.batch_execute(
        "INSERT INTO articles (id, name) VALUES (1, 'a'); INSERT INTO tags (id) VALUES (1)",
    )
    .unwrap();
    let recorded = log(conn);
    transaction(conn, &["INSERT INTO article_tags VALUES (1, 1)"]);
    transaction(conn, &["DELETE FROM article_tags"]);
    assert_eq!(log(conn), recorded);
    conn.batch_execute("SELECT * FROM article_tags_version")
        .unwrap_err();
}

#[test]
fn only_the_key_and_the_included_columns_are_versioned() {
    // C09
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        articles::TABLES,
        &[(
            "articles (id) {
                id -> Integer,
                name -> Text,
                content -> Nullable<Text>,
                description -> Nullable<Text>,
            }",
            "include(content)",
        )],
    );
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    transaction(conn, &["UPDATE articles SET name = 'b', description = 'd'"]);
    transaction(conn, &["UPDATE articles SET name = 'c', content = 'c'"]);
    assert_eq!(
        story(conn, "articles_version", &["id", "content"], "1 = 1"),
        ["insert 1, NULL", "update 1, c"]
    );
    assert_eq!(log(conn).len(), 2);
    conn.batch_execute("SELECT name FROM articles_version")
        .unwrap_err();
}

#[test]
fn options_that_name_no_column_are_an_error() {
    // C10
    for options in ["exclude(nmae)", "include(nmae)", "hidden(nmae)"] {
        let (schema, models) = texts(&[("articles (id) { id -> Integer, name -> Text }", options)]);
        let tables = parse::tables(&schema, "schema.rs").unwrap();
        let models = parse::models(&models, "models.rs").unwrap();
        let errors = parse::versioned_tables(&tables, &models).unwrap_err();
        let text: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(text.len(), 1, "{text:?}");
        assert!(text[0].contains("nmae"), "{text:?}");
    }
}

#[test]
fn a_change_of_a_hidden_column_makes_a_version_that_says_so() {
    // M04; that reading it does not compile is in ui/options/read_hidden_field.rs
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        for statement in [
            "INSERT INTO {t} (id, name, secret) VALUES (1, 'a', 's'), (2, 'a', NULL)",
            "UPDATE {t} SET secret = 't'",
            "UPDATE {t} SET name = 'b', secret = 't'",
            "UPDATE {t} SET secret = NULL, views = 1",
            "DELETE FROM {t} WHERE id = 2",
        ] {
            transaction(conn, &[on_table(statement)]);
        }
        let changed = "CASE WHEN secret_mod THEN 'secret' END";
        assert_eq!(
            story(conn, kept.version_table, &["name", changed], "id = 2"),
            [
                "insert a, NULL",
                "update a, secret",
                "update b, NULL",
                "update b, secret",
                "delete b, secret"
            ]
        );
        assert_eq!(
            story(conn, kept.version_table, &["name", changed], "id = 1"),
            [
                "insert a, secret",
                "update a, secret",
                "update b, NULL",
                "update b, secret"
            ]
        );
        assert_sound(conn);
    }
}

#[test]
fn a_hidden_column_that_one_of_several_statements_changed_has_changed() {
    // B13, B14: of hidden columns.
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        let steps = |steps: &[&str]| -> Vec<String> { steps.iter().map(|s| on_table(s)).collect() };
        transaction(
            conn,
            &steps(&[
                "INSERT INTO {t} (id, name) VALUES (1, 'a')",
                "UPDATE {t} SET secret = 's'",
            ]),
        );
        transaction(
            conn,
            &steps(&["UPDATE {t} SET secret = 't'", "UPDATE {t} SET name = 'b'"]),
        );
        transaction(
            conn,
            &steps(&["UPDATE {t} SET name = 'c'", "UPDATE {t} SET content = 'd'"]),
        );
        // What was hidden is not there to be compared: a change and its undoing are a change.
        transaction(
            conn,
            &steps(&["UPDATE {t} SET secret = 'u'", "UPDATE {t} SET secret = 't'"]),
        );
        transaction(
            conn,
            &steps(&[
                "DELETE FROM {t}",
                "INSERT INTO {t} (id, name, content, secret) VALUES (1, 'c', 'd', 't')",
            ]),
        );
        let changed = "CASE WHEN secret_mod THEN 'secret' END";
        assert_eq!(
            story(conn, kept.version_table, &["name", changed], "id = 1"),
            [
                "insert a, secret",
                "update b, secret",
                "update c, NULL",
                "update c, secret",
                "update c, secret"
            ]
        );
    }
}

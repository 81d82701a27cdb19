//! What a change of a row leaves.

use super::{Conn, database, log, transaction};
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::schema::{articles, tags};
use crate::support::database::Engine;
use crate::support::history::{count, story, versions};
use crate::support::plan::plan;
use crate::support::{articles as blog, kept};
use continuum_core::prelude::*;
use continuum_schema::Baseline;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

fn article() -> Article {
    Article {
        id: 1,
        name: "a".into(),
        content: Some("c".into()),
        description: None,
    }
}

fn insert(conn: &mut Conn, article: &Article) {
    diesel::insert_into(articles::table)
        .values(article)
        .execute(conn)
        .unwrap();
}

#[test]
fn an_insert_makes_one_open_version_of_its_transaction() {
    // A01
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, &article());
    let versions: Vec<ArticleVersion> = article().versions().load(conn).unwrap();
    let [version] = &versions[..] else {
        panic!("{} versions", versions.len())
    };
    assert_eq!(version.operation_type, Operation::Insert);
    assert_eq!((version.id, version.name.as_str()), (1, "a"));
    assert_eq!(version.content.as_deref(), Some("c"));
    assert_eq!(version.end_transaction_id, None);
    let ids: Vec<_> = log(conn).iter().map(|record| record.id).collect();
    assert_eq!(ids, [version.transaction_id]);
}

#[test]
fn an_update_makes_a_version_of_the_whole_row() {
    // A02, A03
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, &article());
    diesel::update(&article())
        .set((articles::name.eq("b"), articles::content.eq("d")))
        .execute(conn)
        .unwrap();
    diesel::update(&article())
        .set(articles::content.eq("e"))
        .execute(conn)
        .unwrap();
    assert_eq!(
        story(conn, "articles_version", &["name", "content"], "id = 1"),
        ["insert a, c", "update b, d", "update b, e"]
    );
    let made: Vec<_> = versions(conn, "articles_version", &[], "id = 1")
        .iter()
        .map(|version| version.transaction_id)
        .collect();
    let logged: Vec<_> = log(conn).iter().map(|record| record.id).collect();
    assert_eq!(made, logged);
}

#[test]
fn a_delete_leaves_the_last_values() {
    // A04
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, &article());
    diesel::delete(&article()).execute(conn).unwrap();
    assert_eq!(
        story(conn, "articles_version", &["name", "content"], "id = 1"),
        ["insert a, c", "delete a, c"]
    );
}

#[test]
fn two_rows_that_one_transaction_inserts_have_a_version_each() {
    // A05, A08, D01
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        insert(conn, &article());
        insert(conn, &Article { id: 2, ..article() });
        diesel::insert_into(tags::table)
            .values((tags::id.eq(7), tags::article_id.eq(2)))
            .execute(conn)
    })
    .unwrap();
    let stored = versions(conn, "articles_version", &["id"], "1 = 1");
    let tag = versions(conn, "tags_version", &["article_id"], "id = 7");
    assert_eq!(tag[0].values, [Some("2".to_owned())]);
    let record = log(conn);
    assert_eq!(record.len(), 1);
    let made: Vec<_> = [stored, tag]
        .concat()
        .iter()
        .map(|version| version.transaction_id)
        .collect();
    assert_eq!(made, [record[0].id; 3]);
}

#[test]
fn a_statement_for_many_rows_makes_a_version_of_each() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')"],
    );
    transaction(conn, &["UPDATE articles SET name = 'x' WHERE id > 1"]);
    transaction(conn, &["DELETE FROM articles WHERE id < 3"]);
    let of = |conn: &mut Conn, id: &str| {
        story(conn, "articles_version", &["name"], &format!("id = {id}"))
    };
    assert_eq!(of(conn, "1"), ["insert a", "delete a"]);
    assert_eq!(of(conn, "2"), ["insert b", "update x", "delete x"]);
    assert_eq!(of(conn, "3"), ["insert c", "update x"]);
    assert_eq!(log(conn).len(), 3);
}

#[test]
fn versions_are_in_the_order_of_the_changes() {
    // A06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, &article());
    for name in ["d", "b", "e", "a2"] {
        diesel::update(&article())
            .set(articles::name.eq(name))
            .execute(conn)
            .unwrap();
    }
    let names: Vec<String> = article()
        .versions()
        .load(conn)
        .unwrap()
        .into_iter()
        .map(|version: ArticleVersion| version.name)
        .collect();
    assert_eq!(names, ["a", "d", "b", "e", "a2"]);
}

#[test]
fn the_versions_of_a_row_are_told_by_its_whole_key() {
    // A07
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut kept::keep(
        &db,
        "CREATE TABLE people (
            first VARCHAR(20) NOT NULL, last VARCHAR(20) NOT NULL, age INTEGER, PRIMARY KEY (last, first)
        )",
        &[(
            "people (last, first) { first -> Text, last -> Text, age -> Nullable<Integer> }",
            "",
        )],
    );
    conn.batch_execute(
        "INSERT INTO people VALUES ('Ada', 'L', 1), ('Ada', 'M', 1), ('Eve', 'L', 1)",
    )
    .unwrap();
    for age in [2, 3] {
        conn.batch_execute(&format!(
            "UPDATE people SET age = {age} WHERE first = 'Ada' AND last = 'L'"
        ))
        .unwrap();
    }
    let columns = ["first", "last", "age"];
    assert_eq!(
        story(
            conn,
            "people_version",
            &columns,
            "first = 'Ada' AND last = 'L'"
        ),
        ["insert Ada, L, 1", "update Ada, L, 2", "update Ada, L, 3"]
    );
    assert_eq!(count(conn, "people_version"), 5);
}

#[test]
fn what_the_database_filled_in_is_in_the_versions() {
    // A09, A13
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut kept::keep(
        &db,
        "CREATE TABLE books (
            id INTEGER PRIMARY KEY, title TEXT NOT NULL, shelf TEXT NOT NULL DEFAULT ('new ones')
        )",
        &[(
            "books (id) { id -> Integer, title -> Text, shelf -> Text }",
            "",
        )],
    );
    for statement in [
        "INSERT INTO books (id, title) VALUES (1, 'a')",
        "UPDATE books SET title = 'b'",
        "DELETE FROM books WHERE title = 'b'",
    ] {
        conn.batch_execute(statement).unwrap();
    }
    assert_eq!(
        story(conn, "books_version", &["title", "shelf"], "id = 1"),
        [
            "insert a, new ones",
            "update b, new ones",
            "delete b, new ones"
        ]
    );
}

#[test]
fn a_row_whose_columns_are_all_null_has_a_version() {
    // C12
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    diesel::insert_into(tags::table)
        .values(tags::id.eq(1))
        .execute(conn)
        .unwrap();
    assert_eq!(
        story(conn, "tags_version", &["id", "name", "article_id"], "1 = 1"),
        ["insert 1, NULL, NULL"]
    );
}

#[test]
fn a_table_that_is_not_versioned_has_no_history_and_leaves_no_record() {
    // A10, A11
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.batch_execute("CREATE TABLE drafts (id INTEGER PRIMARY KEY, name TEXT)")
        .unwrap();
    transaction(
        conn,
        &[
            "INSERT INTO drafts VALUES (1, 'a')",
            "UPDATE drafts SET name = 'b'",
        ],
    );
    assert_eq!(count(conn, "drafts"), 1);
    assert_eq!(log(conn), []);
    conn.batch_execute("SELECT * FROM drafts_version")
        .unwrap_err();
}

#[test]
fn without_versioned_tables_there_is_nothing_to_install() {
    // A12
    if database().is_some() {
        let models = "#[derive(Queryable)] struct Article;";
        assert!(plan(blog::SCHEMA, models, &[], Conn::DIALECT, Baseline::Rows).is_empty());
    }
}

#[test]
fn another_key_is_another_row() {
    // A14
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    insert(conn, &article());
    transaction(
        conn,
        &["UPDATE articles SET id = 5, name = 'b' WHERE id = 1"],
    );
    let of = |conn: &mut Conn, id: &str| {
        versions(conn, "articles_version", &["name"], &format!("id = {id}"))
    };
    let [old, new] = ["1", "5"].map(|id| of(conn, id));
    assert_eq!(old.len(), 2);
    assert_eq!(old[1].to_string(), "delete a");
    assert_eq!(old[0].end_transaction_id, Some(old[1].transaction_id));
    assert_eq!(new.len(), 1);
    assert_eq!(new[0].to_string(), "insert b");
    assert_eq!(new[0].transaction_id, old[1].transaction_id);
}

#[test]
fn keys_that_change_places_are_recorded_as_what_they_are_then() {
    // A14: each key was there before and after, with other values.
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')")
        .unwrap();
    transaction(
        conn,
        &[
            "UPDATE articles SET id = -id",
            "UPDATE articles SET id = CASE id WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE 3 END",
        ],
    );
    assert_eq!(
        story(conn, "articles_version", &["id", "name"], "id = 1"),
        ["insert 1, a", "update 1, b"]
    );
    assert_eq!(
        story(conn, "articles_version", &["id", "name"], "id = 2"),
        ["insert 2, b", "update 2, a"]
    );
    assert_eq!(
        story(
            conn,
            "articles_version",
            &["id", "name"],
            "id NOT IN (1, 2)"
        ),
        ["insert 3, c"]
    );
}

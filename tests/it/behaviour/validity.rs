//! From when until when a version was valid.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::schema::articles_version;
use crate::support::history::{count, versions};
use crate::support::strategies;
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

#[test]
fn a_version_ends_with_the_transaction_that_made_the_next_one() {
    // E08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    for statement in [
        "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a')",
        "UPDATE articles SET name = 'b'",
        "UPDATE articles SET name = 'c' WHERE id = 2",
        "DELETE FROM articles WHERE id = 1",
        "INSERT INTO articles (id, name) VALUES (1, 'd')",
    ] {
        transaction(conn, &[statement]);
    }
    for id in [1, 2] {
        let stored = versions(conn, "articles_version", &["name"], &format!("id = {id}"));
        let mut next: Vec<_> = stored[1..].iter().map(|v| Some(v.transaction_id)).collect();
        next.push(None);
        let ends: Vec<_> = stored.iter().map(|v| v.end_transaction_id).collect();
        assert_eq!(ends, next, "{id}");
        assert_eq!(stored.len(), if id == 1 { 4 } else { 3 });
    }
}

#[test]
fn a_delete_is_open_until_the_key_is_inserted_again() {
    // E08
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let newest = |conn: &mut Conn| {
        let open = "end_transaction_id IS NULL";
        let stored = versions(conn, "articles_version", &["name"], open);
        stored.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    transaction(conn, &["DELETE FROM articles"]);
    assert_eq!(newest(conn), ["delete a"]);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'b')"]);
    assert_eq!(newest(conn), ["insert b"]);
}

#[test]
fn the_end_can_be_null_and_is_not_part_of_the_key() {
    // E09
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    transaction(conn, &["UPDATE articles SET name = 'b'"]);
    assert_eq!(
        count(conn, "articles_version WHERE end_transaction_id IS NULL"),
        1
    );
    // The same row and transaction with another end is the same version.
    let again = "INSERT INTO articles_version (id, name, transaction_id, end_transaction_id, operation_type)
        SELECT id, name, transaction_id, 1000, operation_type FROM articles_version
        WHERE end_transaction_id IS NOT NULL";
    conn.batch_execute(again).unwrap_err();
}

#[test]
fn the_current_versions_are_those_of_rows_that_are_there() {
    // E10
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')"],
    );
    transaction(conn, &["DELETE FROM articles WHERE id = 1"]);
    transaction(conn, &["UPDATE articles SET name = 'd' WHERE id = 2"]);
    let current: Vec<ArticleVersion> = ArticleVersion::as_of(i64::MAX)
        .order(articles_version::id)
        .load(conn)
        .unwrap();
    let current: Vec<_> = current.iter().map(|v| (v.id, v.name.as_str())).collect();
    assert_eq!(current, [(2, "d"), (3, "c")]);
    let deleted: Vec<ArticleVersion> = articles_version::table
        .filter(articles_version::end_transaction_id.is_null())
        .filter(articles_version::operation_type.eq(Operation::Delete))
        .select(ArticleVersion::as_select())
        .load(conn)
        .unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0].operation(), Operation::Delete);
}

#[test]
fn versions_are_of_their_row_alone() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')"],
    );
    transaction(conn, &["UPDATE articles SET name = 'c'"]);
    let article = Article {
        id: 2,
        name: "whatever".into(),
        content: None,
        description: None,
    };
    let changed: Vec<ArticleVersion> = article
        .versions()
        .filter(articles_version::operation_type.eq(Operation::Update))
        .limit(1)
        .load(conn)
        .unwrap();
    assert_eq!(changed[0].name, "c");
    let all: Vec<ArticleVersion> = article.versions().load(conn).unwrap();
    assert!(all.iter().all(|version| version.id == 2));
    assert_eq!(all.len(), 2);
}

#[test]
fn under_the_subquery_strategy_versions_say_only_when_they_began() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    conn.batch_execute("SELECT end_transaction_id FROM with_subquery_version")
        .unwrap_err();
    for strategy in ["subquery", "validity"] {
        let registered = format!(
            "continuum_table WHERE version_table = 'with_{strategy}_version'
            AND strategy = '{strategy}'"
        );
        assert_eq!(count(conn, &registered), 1);
    }
}

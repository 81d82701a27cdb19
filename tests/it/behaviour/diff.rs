//! What differs between any two versions, and which versions were made when.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::schema::{articles, articles_version};
use crate::support::database::Database;
use continuum_core::prelude::*;
use diesel::prelude::*;
use serde_json::json;

fn set_up(transactions: &[&str]) -> Option<(Conn, Database<Conn>)> {
    let db = database()?;
    let mut conn = blog::set_up(&db);
    for statement in transactions {
        transaction(&mut conn, &[statement]);
    }
    Some((conn, db))
}

fn versions(conn: &mut Conn, id: i32) -> Vec<ArticleVersion> {
    let article = Article {
        id,
        name: String::new(),
        content: None,
        description: None,
    };
    article.versions().load(conn).unwrap()
}

const STORY: [&str; 6] = [
    "INSERT INTO articles (id, name, content) VALUES (1, 'a', 'x'), (2, 'a', 'x')",
    "UPDATE articles SET name = 'b'",
    "UPDATE articles SET content = NULL, description = 'd'",
    "UPDATE articles SET name = 'a'",
    "DELETE FROM articles WHERE id = 1",
    "INSERT INTO articles (id, name) VALUES (1, 'again')",
];

#[test]
fn any_two_versions_of_a_row_are_compared() {
    // E26
    let Some((mut conn, _db)) = set_up(&STORY) else {
        return;
    };
    let conn = &mut conn;
    let versions = versions(conn, 1);
    let diff = versions[0].diff(&versions[2], conn).unwrap();
    assert_eq!(
        diff.changes.to_json(),
        json!({"name": ["a", "b"], "content": ["x", null], "description": [null, "d"]})
    );
    let name = diff.get(articles_version::name).unwrap();
    assert_eq!(name.old.map(String::as_str), Some("a"));
    assert_eq!(name.new.map(String::as_str), Some("b"));
    assert_eq!(diff.get(articles_version::id), None);
    // Away and back again.
    let name = versions[0].diff(&versions[3], conn).unwrap();
    assert_eq!(name.get(articles_version::name), None);
    let same = versions[2].diff(&versions[2], conn).unwrap();
    assert!(same.changes.is_empty());
}

#[test]
fn a_row_that_was_not_there_differs_in_every_column() {
    let Some((mut conn, _db)) = set_up(&STORY) else {
        return;
    };
    let conn = &mut conn;
    let versions = versions(conn, 1);
    let deleted = versions[1].diff(&versions[4], conn).unwrap();
    assert_eq!(
        deleted.changes.to_json(),
        json!({"id": [1, null], "name": ["b", null], "content": ["x", null]})
    );
    assert!(deleted.new.is_none());
    let back = versions[4].diff(&versions[5], conn).unwrap();
    assert_eq!(
        back.changes.to_json(),
        json!({"id": [null, 1], "name": [null, "again"]})
    );
    let still_gone = versions[4].diff(&versions[4], conn).unwrap();
    assert!(still_gone.changes.is_empty());
}

#[test]
fn versions_that_cannot_be_compared_are_told() {
    // E26
    let Some((mut conn, _db)) = set_up(&STORY) else {
        return;
    };
    let conn = &mut conn;
    let (one, two) = (versions(conn, 1), versions(conn, 2));
    let (older, newer) = (one[2].transaction_id, one[1].transaction_id);
    assert_eq!(
        one[2].diff(&one[1], conn).unwrap_err(),
        HistoryError::NotInOrder { older, newer }
    );
    assert_eq!(
        one[0].diff(&two[1], conn).unwrap_err(),
        HistoryError::DifferentRows
    );
    diesel::delete(articles_version::table)
        .filter(articles_version::transaction_id.eq(newer))
        .execute(conn)
        .unwrap();
    assert_eq!(
        one[0].diff(&one[1], conn).unwrap_err(),
        HistoryError::NoVersion {
            transaction_id: newer
        }
    );
}

#[test]
fn versions_until_a_moment_are_those_of_a_row_that_changed_later_as_well() {
    // E22
    let Some((mut conn, _db)) = set_up(&STORY) else {
        return;
    };
    let conn = &mut conn;
    let all = versions(conn, 2);
    let article: Article = articles::table.find(2).first(conn).unwrap();
    let middle = all[1].transaction_id;
    let ids = |versions: Vec<ArticleVersion>| -> Vec<i64> {
        versions.iter().map(|v| v.transaction_id).collect()
    };
    let until = article.versions().filter(ArticleVersion::until(middle));
    assert_eq!(ids(until.load(conn).unwrap()), ids(all[..2].to_vec()));
    let since = article.versions().filter(ArticleVersion::since(middle));
    assert_eq!(ids(since.load(conn).unwrap()), ids(all[2..].to_vec()));
    let long_ago = std::time::UNIX_EPOCH;
    let until = article.versions().filter(ArticleVersion::until(long_ago));
    assert_eq!(ids(until.load(conn).unwrap()), [] as [i64; 0]);
    let since = article.versions().filter(ArticleVersion::since(long_ago));
    assert_eq!(ids(since.load(conn).unwrap()), ids(all));
}

#[test]
fn a_row_that_changed_and_changed_back_has_changed() {
    // E25
    let Some((mut conn, _db)) = set_up(&STORY) else {
        return;
    };
    let conn = &mut conn;
    let all = versions(conn, 2);
    let article: Article = articles::table.find(2).first(conn).unwrap();
    for (version, changed) in all.iter().zip([true, true, true, false]) {
        let moment = version.transaction_id;
        assert_eq!(article.has_changed_since(moment, conn), Ok(changed));
    }
    let now = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    assert_eq!(article.has_changed_since(now, conn), Ok(false));
    let before = std::time::UNIX_EPOCH;
    assert_eq!(article.has_changed_since(before, conn), Ok(true));
}

//! The tests' own ground holds.

use super::{Conn, database};
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::{self, schema};
use crate::support::history::{count, story, versions};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

#[test]
fn connections_to_one_database_see_each_other_and_no_other_database() {
    let (Some(db), Some(other)) = (database(), database()) else {
        return;
    };
    db.apply(articles::TABLES);
    other.apply(articles::TABLES);
    diesel::insert_into(schema::articles::table)
        .values((schema::articles::id.eq(1), schema::articles::name.eq("a")))
        .execute(&mut db.connect())
        .unwrap();
    assert_eq!(count(&mut db.connect(), "articles"), 1);
    assert_eq!(count(&mut other.connect(), "articles"), 0);
    Conn::establish(&db.url()).unwrap();
}

#[test]
fn the_stored_history_is_read_whatever_its_columns() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut db.connect();
    conn.batch_execute(
        "CREATE TABLE t_version (
            id INTEGER, name TEXT,
            transaction_id BIGINT, end_transaction_id BIGINT, operation_type SMALLINT
        );
        INSERT INTO t_version VALUES (1, 'a', 7, 9, 0), (1, NULL, 9, NULL, 1), (2, 'b', 8, NULL, 2);",
    )
    .unwrap();
    let ends: Vec<_> = versions(conn, "t_version", &["id"], "id = 1")
        .iter()
        .map(|version| (version.transaction_id, version.end_transaction_id))
        .collect();
    assert_eq!(ends, [(7, Some(9)), (9, None)]);
    assert_eq!(
        story(conn, "t_version", &["id", "name"], "true"),
        ["insert 1, a", "delete 2, b", "update 1, NULL"]
    );
}

#[test]
fn the_articles_get_a_history_and_lose_it_again() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut articles::set_up(&db);
    let article = Article {
        id: 1,
        name: "a".into(),
        content: None,
        description: None,
    };
    diesel::insert_into(schema::articles::table)
        .values(&article)
        .execute(conn)
        .unwrap();
    let read: Vec<ArticleVersion> = article.versions().load(conn).unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(
        story(conn, "articles_version", &["id", "name", "content"], "true"),
        ["insert 1, a, NULL"]
    );
    db.uninstall(articles::SCHEMA, articles::MODELS);
    assert_eq!(count(conn, "articles"), 1);
}

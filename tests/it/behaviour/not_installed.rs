//! Databases in which continuum is not installed.

use super::{Conn, database};
use crate::support::articles as blog;
use crate::support::articles::models::Article;
use crate::support::articles::schema::articles;
use crate::support::history::count;
use continuum_core::prelude::*;
use continuum_core::{NewActivity, RevertTransaction, verify};
use diesel::prelude::*;

fn insert(conn: &mut Conn, id: i32) -> QueryResult<usize> {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(id), articles::name.eq("a")))
        .execute(conn)
}

fn says_what_to_do<T, E: std::error::Error>(what: &str, result: Result<T, E>) {
    let error = result.err().unwrap();
    let cause = error.source().map(ToString::to_string);
    let error = format!("{error}: {}", cause.unwrap_or_default());
    assert!(
        error.contains("`continuum-cli gen-migrations`"),
        "{what}: {error}"
    );
}

#[test]
fn a_database_without_continuum_says_what_to_do() {
    let Some(db) = database() else { return };
    db.apply(blog::TABLES);
    let conn: &mut Conn = &mut db.connect();
    let written = conn.versioned_transaction(ChangeInfo::new(), |conn| insert(conn, 1));
    says_what_to_do("versioned_transaction", written);
    assert_eq!(count(conn, "articles"), 0);
    says_what_to_do(
        "without_versioning",
        conn.without_versioning(|conn| insert(conn, 1)),
    );
    let inside = conn.transaction(|conn| conn.without_versioning(|conn| insert(conn, 1)));
    says_what_to_do("without_versioning in a transaction", inside);
    assert_eq!(count(conn, "articles"), 0);
    let then = conn.as_of(1, |conn| articles::table.count().get_result::<i64>(conn));
    says_what_to_do("as_of", then);
    says_what_to_do("verify", verify(conn));
    says_what_to_do("a revert", RevertTransaction::new(1).execute(conn));
    // And is not in the way once there is one, on the same connection.
    db.install(blog::SCHEMA, blog::MODELS);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| insert(conn, 1))
        .unwrap();
    conn.without_versioning(|conn| insert(conn, 2)).unwrap();
    let article: Article = articles::table.find(1).first(conn).unwrap();
    let version = article.latest_version(conn).unwrap().unwrap();
    assert_eq!(version.operation_type, Operation::Insert);
    NewActivity::new("read")
        .object(&article)
        .record(conn)
        .unwrap();
    assert_eq!(count(conn, "articles_version"), 1);
}

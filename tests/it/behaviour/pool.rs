//! Connections that come from a pool.

use super::{Conn, database, log};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion};
use crate::support::articles::schema::{articles, articles_version};
use crate::support::history::count;
use continuum_core::prelude::*;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use std::panic::{AssertUnwindSafe, catch_unwind};

type Pooled = PooledConnection<ConnectionManager<Conn>>;

/// A pool of one connection, which everybody uses in turn.
fn pool(url: String) -> Pool<ConnectionManager<Conn>> {
    Pool::builder()
        .max_size(1)
        .build(ConnectionManager::new(url))
        .unwrap()
}

fn insert(conn: &mut Pooled, id: i32) -> QueryResult<usize> {
    diesel::insert_into(articles::table)
        .values((articles::id.eq(id), articles::name.eq("a")))
        .execute(conn)
}

#[test]
fn a_pooled_connection_records_like_any_other() {
    let Some(db) = database() else { return };
    let check: &mut Conn = &mut blog::set_up(&db);
    let pool = pool(db.url());
    let conn: &mut Pooled = &mut pool.get().unwrap();
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        conn.versioned_transaction(ChangeInfo::new().reason("why"), |conn| insert(conn, 1))
    })
    .unwrap();
    let article: Article = articles::table.find(1).first(conn).unwrap();
    diesel::update(&article)
        .set(articles::name.eq("b"))
        .execute(conn)
        .unwrap();
    let versions: Vec<ArticleVersion> = article.versions().load(conn).unwrap();
    let names: Vec<_> = versions
        .iter()
        .map(|version| version.name.as_str())
        .collect();
    assert_eq!(names, ["a", "b"]);
    versions[0].revert(conn).unwrap();
    let current: ArticleVersion = ArticleVersion::as_of(i64::MAX)
        .filter(articles_version::id.eq(1))
        .get_result(conn)
        .unwrap();
    assert_eq!(current.name, "a");
    let records = log(check);
    assert_eq!(records[0].actor.as_deref(), Some("alice"));
    assert_eq!(records[0].reason.as_deref(), Some("why"));
    assert_eq!(records[1].actor, None);
}

#[test]
fn the_next_user_of_a_connection_is_not_taken_for_the_last_one() {
    // D04, D06
    let Some(db) = database() else { return };
    let check: &mut Conn = &mut blog::set_up(&db);
    let pool = pool(db.url());
    let alice = || ChangeInfo::new().actor("alice").meta("k", 1);
    pool.get()
        .unwrap()
        .versioned_transaction(alice(), |conn| insert(conn, 1))
        .unwrap();
    insert(&mut pool.get().unwrap(), 2).unwrap();
    pool.get()
        .unwrap()
        .versioned_transaction(alice(), |conn| {
            insert(conn, 3)?;
            insert(conn, 1)
        })
        .unwrap_err();
    pool.get()
        .unwrap()
        .versioned_transaction(ChangeInfo::new().reason("other"), |conn| insert(conn, 4))
        .unwrap();
    let said: Vec<_> = log(check)
        .into_iter()
        .map(|record| (record.actor, record.reason, record.meta.is_some()))
        .collect();
    let alice = (Some("alice".to_owned()), None, true);
    assert_eq!(
        said,
        [
            alice,
            (None, None, false),
            (None, Some("other".to_owned()), false)
        ]
    );
}

#[test]
fn a_connection_on_which_the_application_panicked_does_not_come_back() {
    let Some(db) = database() else { return };
    let check: &mut Conn = &mut blog::set_up(&db);
    let pool = pool(db.url());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut conn = pool.get().unwrap();
        conn.versioned_transaction(
            ChangeInfo::new().actor("alice"),
            |conn| -> QueryResult<()> {
                insert(conn, 1)?;
                panic!("of the application")
            },
        )
    }));
    panicked.unwrap_err();
    insert(&mut pool.get().unwrap(), 2).unwrap();
    assert_eq!(count(check, "articles"), 1);
    let records = log(check);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].actor, None);
}

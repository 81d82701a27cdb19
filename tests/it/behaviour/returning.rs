//! What statements return, where the engine has RETURNING that Diesel knows.

use super::{Conn, database};
use crate::support::articles as blog;
use crate::support::articles::models::Article;
use crate::support::articles::schema::articles;
use continuum_core::prelude::*;
use diesel::prelude::*;

fn article(id: i32, name: &str) -> Article {
    Article {
        id,
        name: name.into(),
        content: None,
        description: None,
    }
}

#[test]
fn what_statements_return_is_what_they_did() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    let inserted: Article = diesel::insert_into(articles::table)
        .values(article(1, "a"))
        .get_result(conn)
        .unwrap();
    assert_eq!(inserted, article(1, "a"));
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        let inserted: Vec<i32> = diesel::insert_into(articles::table)
            .values(&[article(2, "b"), article(3, "c")])
            .returning(articles::id)
            .get_results(conn)?;
        assert_eq!(inserted, [2, 3]);
        let updated: Vec<(i32, String)> =
            diesel::update(articles::table.filter(articles::id.gt(1)))
                .set(articles::name.eq("d"))
                .returning((articles::id, articles::name))
                .get_results(conn)?;
        assert_eq!(updated, [(2, "d".to_owned()), (3, "d".to_owned())]);
        let deleted: Article = diesel::delete(articles::table.find(2)).get_result(conn)?;
        assert_eq!(deleted, article(2, "d"));
        QueryResult::Ok(())
    })
    .unwrap();
}

#[test]
fn what_statements_return_is_what_they_did_where_nothing_is_recorded() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.without_versioning(|conn| {
        let inserted: Article = diesel::insert_into(articles::table)
            .values(article(1, "a"))
            .get_result(conn)?;
        let updated: Article = diesel::update(&inserted)
            .set(articles::name.eq("b"))
            .get_result(conn)?;
        assert_eq!(updated, article(1, "b"));
        QueryResult::Ok(())
    })
    .unwrap();
}

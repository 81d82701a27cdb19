//! Children beside their parents, where versions know when they ended.

use super::super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion, TagVersion};
use crate::support::articles::schema::{articles, articles_version, tags_version};
use continuum_core::prelude::*;
use diesel::prelude::*;

fn set_up(conn: &mut Conn) {
    for statements in [
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO tags VALUES (1, 'red', 1), (2, 'blue', 1), (3, 'grey', 2)",
        ][..],
        &[
            "UPDATE articles SET name = 'c'",
            "DELETE FROM tags WHERE id = 2",
        ],
        &["UPDATE tags SET article_id = 2 WHERE id = 1"],
        &["UPDATE articles SET name = 'd' WHERE id = 2"],
    ] {
        transaction(conn, statements);
    }
}

fn names(tags: &[&TagVersion]) -> String {
    let names: Vec<_> = tags
        .iter()
        .map(|tag| tag.name.as_deref().unwrap())
        .collect();
    names.join(" ")
}

#[test]
fn each_version_has_the_children_of_its_beginning() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    set_up(conn);
    let versions: Vec<ArticleVersion> = articles_version::table
        .order((articles_version::id, articles_version::transaction_id))
        .select(ArticleVersion::as_select())
        .load(conn)
        .unwrap();
    let tags: Vec<TagVersion> = TagVersion::belonging_to(&versions)
        .order(tags_version::id)
        .select(TagVersion::as_select())
        .load(conn)
        .unwrap();
    let grouped: Vec<_> = tags
        .grouped_by_version(&versions)
        .iter()
        .map(|tags| names(tags))
        .collect();
    assert_eq!(grouped, ["red blue", "red", "grey", "grey", "red grey"]);
}

#[test]
fn rows_have_the_children_of_a_moment() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    set_up(conn);
    let articles: Vec<Article> = articles::table.order(articles::id).load(conn).unwrap();
    let last: i64 = tags_version::table
        .select(diesel::dsl::max(tags_version::transaction_id).assume_not_null())
        .first(conn)
        .unwrap();
    let mut grouped = |moment: i64| -> Vec<String> {
        let tags: Vec<TagVersion> = TagVersion::belonging_to_as_of(&articles, moment)
            .order(tags_version::id)
            .select(TagVersion::as_select())
            .load(conn)
            .unwrap();
        let grouped = tags.grouped_by_row(&articles);
        let of_each = grouped.iter().map(|tags| tags.iter().collect::<Vec<_>>());
        of_each.map(|tags| names(&tags)).collect()
    };
    assert_eq!(grouped(last), ["", "red grey"]);
    assert_eq!(grouped(last - 1), ["red", "grey"]);
    assert_eq!(grouped(last - 2), ["red blue", "grey"]);
}

//! Versions, a page at a time.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleTagVersion, ArticleVersion};
use crate::support::articles::schema::article_tags_version;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use crate::support::watch::statements;
use continuum_core::prelude::*;
use continuum_core::{Changes, continuum_transaction};
use diesel::prelude::*;
use serde_json::Value;

/// On the table of each strategy: transactions of several rows, so that a page ends in the middle of
/// one; rows that go and come back; and what each version changed, asked for one by one.
macro_rules! with_long_lives {
    (|$conn:ident, $Row:ident, $rows_version:ident, $all:ident| $body:block) => {
        let Some(db) = database() else { return };
        let $conn: &mut Conn = &mut strategies::set_up(&db);
        let mut tables = KEPT.into_iter();
        on_each_strategy!(|$Row, RowVersion, rows, $rows_version| {
            let table = tables.next().unwrap().table;
            for statement in [
                "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')",
                "UPDATE {t} SET name = name || '!'",
                "UPDATE {t} SET content = name WHERE id <> 2",
                "UPDATE {t} SET name = 'x' WHERE id = 1",
                "DELETE FROM {t} WHERE id < 3",
                "UPDATE {t} SET content = NULL",
                "INSERT INTO {t} (id, name) VALUES (1, 'again'), (5, 'e')",
                "UPDATE {t} SET name = name || '?', content = 'z'",
            ] {
                transaction($conn, &[statement.replace("{t}", table)]);
            }
            let versions: Vec<RowVersion> = $rows_version::table
                .order(($rows_version::transaction_id, $rows_version::id))
                .select(RowVersion::as_select())
                .load($conn)
                .unwrap();
            assert_eq!(versions.len(), 4 + 4 + 3 + 1 + 2 + 2 + 2 + 4);
            let $all: Vec<(i64, i32, Value)> = versions
                .iter()
                .map(|version| {
                    let changes = version.changeset($conn).unwrap().changes.to_json();
                    (version.transaction_id, version.id, changes)
                })
                .collect();
            $body
        });
    };
}

/// Turns pages of every size until there is none, each from behind the last place of the one before,
/// and puts them together. `$page` is the query for the page behind a place.
macro_rules! turned {
    ($conn:ident, $rows_version:ident, $Row:ident, $size:expr, |$after:ident| $page:expr) => {{
        let mut all: Vec<(i64, i32, Value)> = Vec::new();
        loop {
            let $after: Option<(i64, i32)> = all.last().map(|(id, key, _)| (*id, *key));
            let page: Vec<(i64, i32, Changes)> = $page
                .limit($size)
                .select((
                    $rows_version::transaction_id,
                    $rows_version::id,
                    <$Row as Versioned>::Version::changes(),
                ))
                .load($conn)
                .unwrap();
            if page.is_empty() {
                break all;
            }
            all.extend(
                page.into_iter()
                    .map(|(id, key, it)| (id, key, it.to_json())),
            );
        }
    }};
}

#[test]
fn the_versions_of_a_row_have_their_changes_at_the_edges_of_every_page() {
    with_long_lives!(|conn, Row, rows_version, all| {
        let of_row = rows_version::id.eq(1);
        let mut expected = all;
        expected.retain(|(_, id, _)| *id == 1);
        for size in 1..=expected.len() as i64 + 1 {
            let oldest_first = turned!(conn, rows_version, Row, size, |after| {
                rows_version::table
                    .filter(of_row)
                    .filter(rows_version::transaction_id.gt(after.map_or(0, |after| after.0)))
                    .order(rows_version::transaction_id)
            });
            assert_eq!(oldest_first, expected, "{size}");
            let mut newest_first = turned!(conn, rows_version, Row, size, |after| {
                let before = after.map_or(i64::MAX, |after| after.0);
                rows_version::table
                    .filter(of_row)
                    .filter(rows_version::transaction_id.lt(before))
                    .order(rows_version::transaction_id.desc())
            });
            newest_first.reverse();
            assert_eq!(newest_first, expected, "{size}");
        }
    });
}

#[test]
fn the_versions_of_a_table_have_their_changes_at_the_edges_of_every_page() {
    with_long_lives!(|conn, Row, rows_version, all| {
        for size in 1..=all.len() as i64 + 1 {
            let oldest_first = turned!(conn, rows_version, Row, size, |after| {
                let (id, key) = after.unwrap_or((0, 0));
                rows_version::table
                    .filter(rows_version::transaction_id.ge(id))
                    .filter(
                        rows_version::transaction_id
                            .gt(id)
                            .or(rows_version::id.gt(key)),
                    )
                    .order((rows_version::transaction_id, rows_version::id))
            });
            assert_eq!(oldest_first, all, "{size}");
            let mut newest_first = turned!(conn, rows_version, Row, size, |after| {
                let (id, key) = after.unwrap_or((i64::MAX, i32::MAX));
                rows_version::table
                    .filter(rows_version::transaction_id.le(id))
                    .filter(
                        rows_version::transaction_id
                            .lt(id)
                            .or(rows_version::id.lt(key)),
                    )
                    .order((rows_version::transaction_id.desc(), rows_version::id.desc()))
            });
            newest_first.reverse();
            assert_eq!(newest_first, all, "{size}");
        }
    });
}

#[test]
fn the_versions_of_a_table_by_row_have_their_changes_at_the_edges_of_every_page() {
    with_long_lives!(|conn, Row, rows_version, all| {
        let mut by_row = all;
        by_row.sort_by_key(|(id, key, _)| (*key, *id));
        for size in 1..=by_row.len() as i64 + 1 {
            let pages = turned!(conn, rows_version, Row, size, |after| {
                let (id, key) = after.unwrap_or((0, 0));
                rows_version::table
                    .filter(rows_version::id.ge(key))
                    .filter(
                        rows_version::id
                            .gt(key)
                            .or(rows_version::transaction_id.gt(id)),
                    )
                    .order((rows_version::id, rows_version::transaction_id))
            });
            assert_eq!(pages, by_row, "{size}");
        }
    });
}

#[test]
fn a_page_of_transactions_has_all_their_versions() {
    with_long_lives!(|conn, Row, rows_version, all| {
        let (mut pages, mut last) = (Vec::new(), 0);
        loop {
            let ids: Vec<i64> = continuum_transaction::table
                .filter(continuum_transaction::id.gt(last))
                .order(continuum_transaction::id)
                .limit(3)
                .select(continuum_transaction::id)
                .load(conn)
                .unwrap();
            let (Some(first), Some(newest)) = (ids.first(), ids.last()) else {
                break;
            };
            last = *newest;
            let page: Vec<(i64, i32, Changes)> = rows_version::table
                .filter(rows_version::transaction_id.between(*first, last))
                .order((rows_version::transaction_id, rows_version::id))
                .select((
                    rows_version::transaction_id,
                    rows_version::id,
                    <Row as Versioned>::Version::changes(),
                ))
                .load(conn)
                .unwrap();
            pages.extend(
                page.into_iter()
                    .map(|(id, key, it)| (id, key, it.to_json())),
            );
        }
        assert_eq!(pages, all);
    });
}

#[test]
fn the_newest_versions_come_first_and_from_any_place_on_in_one_query() {
    // E23
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &["INSERT INTO articles (id, name) VALUES (1, '0'), (2, '0')"],
    );
    for name in 1..6 {
        transaction(conn, &[format!("UPDATE articles SET name = '{name}'")]);
    }
    let article = Article {
        id: 1,
        name: String::new(),
        content: None,
        description: None,
    };
    let mut names = Vec::new();
    let seen = statements(conn, |conn| {
        use crate::support::articles::schema::articles_version;
        let versions: Vec<ArticleVersion> = articles_version::table
            .filter(article.same_row())
            .order(articles_version::transaction_id.desc())
            .offset(1)
            .limit(3)
            .select(ArticleVersion::as_select())
            .load(conn)
            .unwrap();
        names = versions.into_iter().map(|version| version.name).collect();
    });
    assert_eq!(
        (seen, names),
        (1, ["4", "3", "2"].map(str::to_owned).to_vec())
    );
}

#[test]
fn pages_of_rows_with_composite_keys_begin_behind_all_of_the_key() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')",
            "INSERT INTO tags (id, name) VALUES (1, 'x'), (2, 'y'), (3, 'z')",
            "INSERT INTO article_tags VALUES (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)",
        ],
    );
    transaction(conn, &["DELETE FROM article_tags WHERE tag_id <> 1"]);
    transaction(
        conn,
        &["INSERT INTO article_tags VALUES (3, 3), (1, 1), (2, 2)"],
    );
    use article_tags_version as links;
    let all: Vec<ArticleTagVersion> = links::table
        .order((links::transaction_id, links::article_id, links::tag_id))
        .select(ArticleTagVersion::as_select())
        .load(conn)
        .unwrap();
    let place = |it: &ArticleTagVersion| (it.transaction_id, it.article_id, it.tag_id);
    let all: Vec<_> = all.iter().map(place).collect();
    assert_eq!(all.len(), 6 + 4 + 3);
    for size in 1..=all.len() as i64 + 1 {
        let mut pages = Vec::new();
        loop {
            let (id, article, tag) = pages.last().copied().unwrap_or((0, 0, 0));
            let page: Vec<ArticleTagVersion> = links::table
                .filter(links::transaction_id.ge(id))
                .filter(
                    links::transaction_id
                        .gt(id)
                        .or(links::article_id.gt(article))
                        .or(links::article_id.eq(article).and(links::tag_id.gt(tag))),
                )
                .order((links::transaction_id, links::article_id, links::tag_id))
                .limit(size)
                .select(ArticleTagVersion::as_select())
                .load(conn)
                .unwrap();
            if page.is_empty() {
                break;
            }
            pages.extend(page.iter().map(place));
        }
        assert_eq!(pages, all, "{size}");
    }
}

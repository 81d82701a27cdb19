//! What a row was related to, as of its versions.

mod owners;

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleVersion, Tag};
use crate::support::articles::schema::{article_tags, articles, articles_version, tags};
use crate::support::database::{Database, Engine};
use crate::support::history::{count, story};
use crate::support::kept::{STRATEGIES, keep, texts};
use crate::support::plan::plan;
use continuum_core::Past;
use continuum_core::prelude::*;
use continuum_schema::Baseline;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

fn set_up(transactions: &[&[&str]]) -> Option<(Conn, Database<Conn>)> {
    let db = database()?;
    let mut conn = blog::set_up(&db);
    for statements in transactions {
        transaction(&mut conn, statements);
    }
    Some((conn, db))
}

fn versions(conn: &mut Conn, article: i32) -> Vec<ArticleVersion> {
    articles_version::table
        .filter(articles_version::id.eq(article))
        .order(articles_version::transaction_id)
        .select(ArticleVersion::as_select())
        .load(conn)
        .unwrap()
}

/// The tags of each version of the article.
fn tags_of_versions(conn: &mut Conn, article: i32) -> Vec<Vec<String>> {
    versions(conn, article)
        .iter()
        .map(|version| {
            conn.as_of(version.transaction_id, |conn| {
                tags::table
                    .filter(tags::article_id.eq(version.id))
                    .order(tags::id)
                    .select(tags::name.assume_not_null())
                    .load(conn)
            })
            .unwrap()
        })
        .collect()
}

/// The tags that each version of the article is linked to.
fn linked_to_versions(conn: &mut Conn, article: i32) -> Vec<Vec<String>> {
    versions(conn, article)
        .iter()
        .map(|version| {
            conn.as_of(version.transaction_id, |conn| {
                article_tags::table
                    .inner_join(tags::table)
                    .filter(article_tags::article_id.eq(version.id))
                    .order(tags::id)
                    .select(tags::name.assume_not_null())
                    .load(conn)
            })
            .unwrap()
        })
        .collect()
}

#[test]
fn children_are_those_of_the_version() {
    // F01, F02
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags VALUES (1, 'red', 1)",
        ],
        &[
            "UPDATE tags SET name = 'RED'",
            "INSERT INTO tags VALUES (2, 'blue', 1)",
            "UPDATE articles SET name = 'b'",
        ],
        &[
            "UPDATE articles SET name = 'c'",
            "UPDATE tags SET name = 'crimson' WHERE id = 1",
        ],
    ]) else {
        return;
    };
    assert_eq!(
        tags_of_versions(&mut conn, 1),
        [vec!["red"], vec!["RED", "blue"], vec!["crimson", "blue"]]
    );
}

#[test]
fn children_that_were_deleted_or_moved_are_still_those_of_the_older_version() {
    // F03
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a')",
            "INSERT INTO tags VALUES (1, 'red', 1), (2, 'blue', 1)",
        ],
        &[
            "DELETE FROM tags WHERE id = 1",
            "UPDATE articles SET name = 'b'",
        ],
        &[
            "UPDATE tags SET article_id = 2",
            "UPDATE articles SET name = 'c'",
        ],
    ]) else {
        return;
    };
    let none: Vec<&str> = Vec::new();
    assert_eq!(
        tags_of_versions(&mut conn, 1),
        [vec!["red", "blue"], vec!["blue"], none.clone()]
    );
    assert_eq!(
        tags_of_versions(&mut conn, 2),
        [none.clone(), none, vec!["blue"]]
    );
}

#[test]
fn a_child_that_is_added_makes_no_version_of_its_parent() {
    // F05
    let Some((mut conn, _db)) = set_up(&[
        &["INSERT INTO articles (id, name) VALUES (1, 'a')"],
        &["INSERT INTO tags VALUES (1, 'red', 1)"],
    ]) else {
        return;
    };
    assert_eq!(versions(&mut conn, 1).len(), 1);
}

#[test]
fn the_parent_is_what_it_was_then() {
    // F07, F08, F09
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'first'), (2, 'other')",
            "INSERT INTO tags VALUES (1, 'red', 1), (2, 'loose', NULL)",
        ],
        &["UPDATE articles SET name = 'renamed' WHERE id = 1"],
        &["UPDATE tags SET name = 'RED' WHERE id = 1"],
        &["UPDATE tags SET article_id = 2 WHERE id = 1"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let tag = Tag {
        id: 1,
        name: None,
        article_id: None,
    };
    let parents: Vec<Option<String>> = tag
        .versions()
        .load(conn)
        .unwrap()
        .iter()
        .map(|version| {
            conn.as_of(version.transaction_id, |conn| {
                articles::table
                    .filter(articles::id.nullable().eq(version.article_id))
                    .select(articles::name)
                    .first(conn)
                    .optional()
            })
            .unwrap()
        })
        .collect();
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(parents, [named("first"), named("renamed"), named("other")]);
    let loose = conn.as_of(2, |conn| {
        tags::table
            .left_join(articles::table)
            .filter(tags::id.eq(2))
            .select(Option::<Article>::as_select())
            .first(conn)
    });
    assert_eq!(loose, Ok(None));
}

#[test]
fn a_condition_of_a_relation_is_about_the_values_of_then() {
    // F11
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags VALUES (1, 'category', 1), (2, 'category', 1)",
        ],
        &[
            "UPDATE tags SET name = 'tag' WHERE id = 1",
            "UPDATE articles SET name = 'b'",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let categories: Vec<i64> = versions(conn, 1)
        .iter()
        .map(|version| {
            conn.as_of(version.transaction_id, |conn| {
                tags::table
                    .filter(tags::article_id.eq(version.id))
                    .filter(tags::name.eq("category"))
                    .count()
                    .get_result(conn)
            })
            .unwrap()
        })
        .collect();
    assert_eq!(categories, [2, 1]);
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn a_relation_to_a_table_without_a_history_has_its_live_rows() {
    // F12
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, author INTEGER NOT NULL);
            INSERT INTO authors VALUES (1, 'a'), (2, 'b'); INSERT INTO books VALUES (1, 1);",
            &[("books (id) { id -> Integer, author -> Integer }", options)],
        );
        transaction(
            conn,
            &[
                "UPDATE books SET author = 2",
                "UPDATE authors SET name = 'A' WHERE id = 1",
            ],
        );
        let author = conn
            .as_of(Past::at(1).with_live_tables(), |conn| {
                sql_query("SELECT a.name FROM books b JOIN authors a ON a.id = b.author")
                    .get_result::<Name>(conn)
            })
            .unwrap();
        assert_eq!(author.name, "A");
    }
}

#[test]
fn relations_hold_under_other_names_and_from_the_baseline_on() {
    // F15, F16
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(
            "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, author INTEGER NOT NULL);
            INSERT INTO authors VALUES (1, 'a'); INSERT INTO books VALUES (1, 1);",
        );
        let named = |name: &str| format!("table_name = {name}, {options}");
        let (schema, models) = texts(&[
            (
                "authors (id) { id -> Integer, name -> Text }",
                &named("history_of_authors"),
            ),
            (
                "books (id) { id -> Integer, author -> Integer }",
                &named("old_books"),
            ),
        ]);
        db.apply(&plan(&schema, &models, &[], Conn::DIALECT, Baseline::Rows).up_sql());
        let conn = &mut db.connect();
        transaction(
            conn,
            &["UPDATE authors SET name = 'b'", "DELETE FROM books"],
        );
        let author = conn
            .as_of(1, |conn| {
                sql_query("SELECT a.name FROM books b JOIN authors a ON a.id = b.author")
                    .get_result::<Name>(conn)
            })
            .unwrap();
        assert_eq!(author.name, "a");
        assert_eq!(count(conn, "old_books"), 2);
    }
}

#[test]
fn links_are_those_of_the_version() {
    // G01, G03
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'none'), (2, 'one'), (3, 'two')",
            "INSERT INTO tags (id, name) VALUES (1, 'red'), (2, 'blue')",
            "INSERT INTO article_tags VALUES (2, 1), (3, 1), (3, 2)",
        ],
        &[
            "DELETE FROM tags WHERE id = 1",
            "UPDATE articles SET name = 'x'",
        ],
    ]) else {
        return;
    };
    let none: Vec<&str> = Vec::new();
    assert_eq!(
        linked_to_versions(&mut conn, 1),
        [none.clone(), none.clone()]
    );
    assert_eq!(linked_to_versions(&mut conn, 2), [vec!["red"], none]);
    assert_eq!(
        linked_to_versions(&mut conn, 3),
        [vec!["red", "blue"], vec!["blue"]]
    );
}

#[test]
fn links_of_other_owners_do_not_matter() {
    // G04, G05
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a'), (2, 'a')",
            "INSERT INTO tags (id, name) VALUES (1, 'red')",
            "INSERT INTO article_tags VALUES (1, 1)",
        ],
        &["INSERT INTO article_tags VALUES (2, 1)"],
        &["UPDATE articles SET name = 'b'"],
        &[
            "DELETE FROM article_tags WHERE article_id = 1",
            "UPDATE articles SET name = 'c'",
        ],
    ]) else {
        return;
    };
    let none: Vec<&str> = Vec::new();
    assert_eq!(
        linked_to_versions(&mut conn, 1),
        [vec!["red"], vec!["red"], none.clone()]
    );
    assert_eq!(
        linked_to_versions(&mut conn, 2),
        [none, vec!["red"], vec!["red"]]
    );
}

#[test]
fn a_link_alone_has_a_history_and_a_transaction() {
    // G09, G10, G14, G16
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags (id, name) VALUES (1, 'red')",
        ],
        &["INSERT INTO article_tags VALUES (1, 1)"],
        &["DELETE FROM article_tags"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let links = story(
        conn,
        "article_tags_version",
        &["article_id", "tag_id"],
        "1 = 1",
    );
    assert_eq!(links, ["insert 1, 1", "delete 1, 1"]);
    let open = "article_tags_version WHERE end_transaction_id IS NULL AND operation_type = 2";
    assert_eq!(count(conn, open), 1);
    assert_eq!(
        count(
            conn,
            "article_tags_version v JOIN continuum_transaction t ON t.id = v.transaction_id"
        ),
        2
    );
}

#[test]
fn rows_that_are_linked_to_rows_of_their_own_table_are_found_both_ways() {
    // G07
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE friends (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other));
            INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c');",
            &[
                ("people (id) { id -> Integer, name -> Text }", options),
                ("friends (one, other) { one -> Integer, other -> Integer }", options),
            ],
        );
        transaction(conn, &["INSERT INTO friends VALUES (1, 2), (3, 1)"]);
        transaction(conn, &["UPDATE people SET name = 'B' WHERE id = 2"]);
        transaction(conn, &["DELETE FROM friends WHERE one = 1"]);
        let last = crate::support::history::number(
            conn,
            "SELECT max(id) AS count FROM continuum_transaction",
        );
        let friends = |conn: &mut Conn, at: i64, from: &str, to: &str| -> Vec<String> {
            conn.as_of(at, |conn| {
                sql_query(format!(
                    "SELECT p.name FROM friends f JOIN people p ON p.id = f.{to} WHERE f.{from} = 1"
                ))
                .load::<Name>(conn)
            })
            .unwrap()
            .into_iter()
            .map(|row| row.name)
            .collect()
        };
        for (at, of, by) in [
            (last - 2, vec!["b"], vec!["c"]),
            (last - 1, vec!["B"], vec!["c"]),
            (last, vec![], vec!["c"]),
        ] {
            assert_eq!(friends(conn, at, "one", "other"), of);
            assert_eq!(friends(conn, at, "other", "one"), by);
        }
    }
}

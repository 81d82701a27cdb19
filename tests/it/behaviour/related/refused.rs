//! Relations that cannot go back, and those that foreign keys act on.

use super::super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::{Article, ArticleTag, ArticleVersion, Tag};
use crate::support::history::count;
use crate::support::kept::keep;
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_core::{children, parent};
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! { chests (id) { id -> Integer, name -> Text, } }
        #[versioned(exclude(secret))]
        diesel::table! { coins (id) { id -> Integer, chest_id -> Integer, secret -> Text, } }
    }
}

#[derive(Debug, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::chests)]
struct Chest {
    id: i32,
}

#[derive(Debug, Identifiable, Queryable, Selectable, Associations, Versioned)]
#[diesel(table_name = schema::coins, belongs_to(Chest))]
#[versioned(exclude(secret))]
struct Coin {
    id: i32,
    chest_id: i32,
}

#[test]
fn a_child_with_a_column_that_nobody_knows_is_told_before_anything_is_written() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE chests (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE coins (
            id INTEGER NOT NULL PRIMARY KEY, chest_id INTEGER NOT NULL, secret TEXT NOT NULL
        );
        INSERT INTO chests VALUES (1, 'a'); INSERT INTO coins VALUES (1, 1, 's');",
        &[
            ("chests (id) { id -> Integer, name -> Text }", ""),
            (
                "coins (id) { id -> Integer, chest_id -> Integer, secret -> Text }",
                "exclude(secret)",
            ),
        ],
    );
    transaction(
        conn,
        &[
            "UPDATE chests SET name = 'b'",
            "INSERT INTO coins VALUES (2, 1, 's')",
        ],
    );
    transaction(
        conn,
        &[
            "DELETE FROM coins WHERE id = 1",
            "UPDATE chests SET name = 'c'",
        ],
    );
    let chests: Vec<Chest> = schema::chests::table
        .select(Chest::as_select())
        .load(conn)
        .unwrap();
    let versions: Vec<ChestVersion> = chests[0].versions().load(conn).unwrap();
    let before = count(conn, "continuum_transaction");
    let back = versions[1].reverting().with(children::<Coin>());
    let refused = back.execute(conn);
    let Err(HistoryError::Obstacles(obstacles)) = refused else {
        panic!("{refused:?}")
    };
    let column = "secret".to_owned();
    assert_eq!(obstacles[0].table, "coins");
    assert_eq!(obstacles[0].reason, Reason::NoDefault { column });
    assert_eq!(back.dry_run(conn).unwrap().obstacles, obstacles);
    assert_eq!(count(conn, "continuum_transaction"), before);
    assert_eq!(count(conn, "chests WHERE name = 'c'"), 1);
}

#[test]
fn what_a_cascade_took_comes_back_in_an_order_that_foreign_keys_allow() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags VALUES (1, 'red', 1), (2, 'blue', NULL)",
            "INSERT INTO article_tags VALUES (1, 1), (1, 2)",
        ],
    );
    transaction(conn, &["DELETE FROM tags", "DELETE FROM articles"]);
    let article = Article {
        id: 1,
        name: String::new(),
        content: None,
        description: None,
    };
    let first: ArticleVersion = article.first_version(conn).unwrap().unwrap();
    let back = first
        .reverting()
        .with(children::<Tag>())
        .with(children::<ArticleTag>().with(parent::<Tag>()));
    assert_eq!(back.execute(conn), Ok(5));
    assert_eq!(count(conn, "tags WHERE article_id = 1"), 1);
    assert_eq!(count(conn, "article_tags"), 2);
    assert_sound(conn);
}

#[test]
fn rows_that_refer_to_a_deleted_one_are_left_to_their_foreign_key_where_that_is_forced() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    transaction(
        conn,
        &[
            "INSERT INTO tags VALUES (1, 'red', 1)",
            "INSERT INTO article_tags VALUES (1, 1)",
        ],
    );
    let articles: Vec<ArticleVersion> = ArticleVersion::as_of(i64::MAX).load(conn).unwrap();
    let back = articles[0]
        .reverting()
        .with(children::<Tag>().delete_newer());
    let refused = back.execute(conn);
    assert!(
        matches!(refused, Err(HistoryError::Conflicts(_))),
        "{refused:?}"
    );
    assert_eq!(count(conn, "tags"), 1);
    assert_eq!(back.force().execute(conn), Ok(1));
    assert_eq!((count(conn, "tags"), count(conn, "article_tags")), (0, 0));
    assert_sound(conn);
}

//! Articles and tags with a join table between them, for the page on relations.

use continuum_core::prelude::*;
use diesel::prelude::*;

/// The tables, and those of their versions.
pub mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            /// Articles.
            articles (id) {
                /// The key.
                id -> Integer,
                /// The title.
                name -> Text,
            }
        }
        diesel::table! {
            /// Tags of any articles.
            tags (id) {
                /// The key.
                id -> Integer,
                /// The word.
                name -> Text,
            }
        }
        diesel::table! {
            /// Which article has which tag.
            article_tags (article_id, tag_id) {
                /// The article.
                article_id -> Integer,
                /// The tag.
                tag_id -> Integer,
            }
        }
    }
}

/// An article.
#[derive(Debug, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = schema::articles)]
pub struct Article {
    /// The key.
    pub id: i32,
    /// The title.
    pub name: String,
}

/// A tag.
#[derive(Debug, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = schema::tags)]
pub struct Tag {
    /// The key.
    pub id: i32,
    /// The word.
    pub name: String,
}

/// A new database with the tables, empty, and their history.
///
/// # Panics
///
/// Where the tables or their history cannot be made.
pub fn database() -> SqliteConnection {
    super::database_of(
        "CREATE TABLE articles (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE article_tags (
            article_id INTEGER NOT NULL REFERENCES articles (id),
            tag_id INTEGER NOT NULL REFERENCES tags (id),
            PRIMARY KEY (article_id, tag_id)
        )",
        "diesel::table! { articles (id) { id -> Integer, name -> Text, } }
        diesel::table! { tags (id) { id -> Integer, name -> Text, } }
        diesel::table! {
            article_tags (article_id, tag_id) { article_id -> Integer, tag_id -> Integer, }
        }",
        "#[derive(Versioned)] struct Article;
        #[derive(Versioned)] struct Tag;
        #[derive(Versioned)] struct ArticleTag;",
    )
}

//! The rows of the tables.

use continuum_core::prelude::*;
use diesel::prelude::*;

/// An article.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = crate::schema::articles)]
#[versioned(derive(Debug, Clone, PartialEq))]
pub struct Article {
    /// The key.
    pub id: i32,
    /// The title.
    pub name: String,
    /// The text.
    pub content: Option<String>,
}

/// A tag of an article.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, Versioned)]
#[diesel(table_name = crate::schema::tags, belongs_to(Article))]
#[versioned(derive(Debug, Clone, PartialEq))]
pub struct Tag {
    /// The key.
    pub id: i32,
    /// The article.
    pub article_id: i32,
    /// The word.
    pub name: String,
}

//! The rows of the tables.

use continuum_core::prelude::*;
use diesel::prelude::*;

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Versioned,
)]
#[diesel(table_name = crate::support::articles::schema::articles, treat_none_as_null = true)]
#[versioned(derive(Debug, Clone, PartialEq))]
pub struct Article {
    pub id: i32,
    pub name: String,
    pub content: Option<String>,
    pub description: Option<String>,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    Queryable,
    Selectable,
    Identifiable,
    Insertable,
    AsChangeset,
    Associations,
    Versioned,
)]
#[diesel(table_name = crate::support::articles::schema::tags, treat_none_as_null = true)]
#[diesel(belongs_to(Article))]
#[versioned(derive(Debug, Clone, PartialEq))]
pub struct Tag {
    pub id: i32,
    pub name: Option<String>,
    pub article_id: Option<i32>,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    Queryable,
    Selectable,
    Identifiable,
    Insertable,
    Associations,
    Versioned,
)]
#[diesel(table_name = crate::support::articles::schema::article_tags, primary_key(article_id, tag_id))]
#[diesel(belongs_to(Article), belongs_to(Tag))]
pub struct ArticleTag {
    pub article_id: i32,
    pub tag_id: i32,
}

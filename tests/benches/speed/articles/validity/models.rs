//! The rows of the table.

use chrono::NaiveDateTime;
use continuum_core::prelude::*;
use diesel::prelude::*;

/// An article.
#[derive(Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = crate::articles::validity::schema::articles)]
#[versioned(strategy = "validity")]
pub struct Article {
    pub id: i32,
    pub name: String,
    pub content: String,
    pub author_id: i32,
    pub created_at: NaiveDateTime,
}

//! The rows of the tables.

use continuum_core::prelude::*;
use diesel::prelude::*;

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Versioned,
)]
#[diesel(table_name = crate::support::strategies::schema::with_validity, treat_none_as_null = true)]
#[versioned(exclude(views), hidden(secret), derive(Debug, Clone, PartialEq))]
pub struct WithValidity {
    pub id: i32,
    pub name: String,
    pub content: Option<String>,
    pub views: i32,
    pub secret: Option<String>,
}

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Versioned,
)]
#[diesel(table_name = crate::support::strategies::schema::with_subquery, treat_none_as_null = true)]
#[versioned(
    exclude(views),
    hidden(secret),
    strategy = "subquery",
    derive(Debug, Clone, PartialEq)
)]
pub struct WithSubquery {
    pub id: i32,
    pub name: String,
    pub content: Option<String>,
    pub views: i32,
    pub secret: Option<String>,
}

use continuum_core::prelude::*;
use diesel::prelude::*;

#[derive(Debug, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = crate::support::signed_in::schema::pages)]
pub struct Page {
    pub id: i32,
    pub title: Option<String>,
}

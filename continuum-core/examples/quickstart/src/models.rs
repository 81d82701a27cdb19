use continuum_core::prelude::*;
use diesel::prelude::*;

#[derive(Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = crate::schema::articles)]
#[versioned(derive(Debug, Clone))]
pub struct Article {
    pub id: i32,
    pub name: String,
    pub content: Option<String>,
}

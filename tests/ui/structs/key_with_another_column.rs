use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            articles (tenant, id) {
                tenant -> Integer,
                id -> Integer,
                name -> Text,
            }
        }
    }
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::articles, primary_key(tenant, name))]
struct Article {
    tenant: i32,
    id: i32,
    name: String,
}

fn main() {}

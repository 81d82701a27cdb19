use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            articles (tenant, id) {
                tenant -> Integer,
                id -> Integer,
            }
        }
    }
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::articles)]
struct Article {
    tenant: i32,
    id: i32,
}

fn main() {
    let article = Article { tenant: 1, id: 1 };
    let _ = article.versions::<diesel::sqlite::Sqlite>();
}

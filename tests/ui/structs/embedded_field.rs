use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            articles (id) {
                id -> Integer,
                name -> Text,
                view_count -> Integer,
            }
        }
    }
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::articles)]
struct Article {
    id: i32,
    name: String,
    #[diesel(embed)]
    views: Views,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = schema::articles)]
struct Views {
    view_count: i32,
}

fn main() {
    let _ = |article: Article| drop(article.versions::<diesel::sqlite::Sqlite>());
}

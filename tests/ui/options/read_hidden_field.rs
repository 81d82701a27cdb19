use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        #[versioned(hidden(name))]
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
#[versioned(hidden(name))]
struct Article {
    id: i32,
    name: String,
}

fn main() {}

fn read(version: ArticleVersion) -> String {
    version.name
}

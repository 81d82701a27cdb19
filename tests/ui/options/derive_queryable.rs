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
#[versioned(derive(Debug, Queryable))]
struct Article {
    id: i32,
    name: String,
}

fn main() {
    let article = Article { id: 1, name: String::new() };
    let _ = article.versions::<diesel::sqlite::Sqlite>();
    let _ = ArticleVersion::as_of::<diesel::sqlite::Sqlite>(1);
}

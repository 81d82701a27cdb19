use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            articles (id) {
                id -> Integer,
                name -> Text,
            }
        }
    }
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::articles)]
struct Article {
    id: i32,
    name: String,
}

fn main() {}

fn revert(article: &Article, conn: &mut SqliteConnection) {
    let _ = article.revert(conn);
}

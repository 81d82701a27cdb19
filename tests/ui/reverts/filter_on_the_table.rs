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
use schema::articles;

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = schema::articles)]
struct Article {
    id: i32,
    name: String,
}

fn main() {}

fn revert(conn: &mut SqliteConnection) -> Result<usize, continuum_core::HistoryError> {
    ArticleVersion::revert_to(1)
        .filter(articles::name.eq("x"))
        .execute(conn)
}

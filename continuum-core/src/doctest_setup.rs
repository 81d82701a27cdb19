// What the examples in the documentation stand on, where they `include!` it: the articles of the
// quickstart, in memory.

#[allow(unused_imports)]
use continuum_core::prelude::*;
#[allow(unused_imports)]
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! {
            articles (id) {
                id -> Integer,
                name -> Text,
                content -> Nullable<Text>,
            }
        }
    }
}
#[allow(unused_imports)]
use schema::{articles, articles_version};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = schema::articles)]
#[versioned(derive(Debug, Clone, PartialEq))]
#[allow(dead_code)]
struct Article {
    id: i32,
    name: String,
    content: Option<String>,
}

#[allow(dead_code)]
fn database() -> diesel::SqliteConnection {
    use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/quickstart/migrations");
    let mut conn = diesel::SqliteConnection::establish(":memory:").unwrap();
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    conn
}

/// An article, inserted by transaction 2, renamed from `first` to `second` by transaction 3.
#[allow(dead_code)]
fn article(conn: &mut diesel::SqliteConnection) -> QueryResult<Article> {
    let article: Article = diesel::insert_into(articles::table)
        .values(articles::name.eq("first"))
        .returning(Article::as_returning())
        .get_result(conn)?;
    diesel::update(&article)
        .set(articles::name.eq("second"))
        .returning(Article::as_returning())
        .get_result(conn)
}

//! The life of an article, version by version.
//!
//! An ordinary Diesel project in one file too many: `migrations/` holds a table and what
//! `continuum-cli gen-migrations` wrote for it, `src/schema.rs` is what Diesel printed.

mod life;
mod models;
mod schema;

use continuum_core::prelude::*;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use models::{Article, ArticleVersion};
use schema::articles;
use std::error::Error;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/quickstart/migrations");

fn main() -> Result<(), Box<dyn Error>> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    conn.run_pending_migrations(MIGRATIONS)
        .map_err(|error| error.to_string())?;

    let article = write_and_revert(&mut conn)?;
    delete_and_restore(&mut conn, &article)?;

    life::print(&mut conn, &article)
}

fn write_and_revert(conn: &mut SqliteConnection) -> QueryResult<Article> {
    let article = conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        diesel::insert_into(articles::table)
            .values((
                articles::name.eq("Some article"),
                articles::content.eq("Some content\nin two lines"),
            ))
            .returning(Article::as_returning())
            .get_result(conn)
    })?;

    conn.versioned_transaction(ChangeInfo::new().actor("bob").reason("typo"), |conn| {
        diesel::update(&article)
            .set((
                articles::name.eq("Updated name"),
                articles::content.eq("Some content\nin a few lines\nof text"),
            ))
            .execute(conn)
    })?;

    let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    assert_eq!(versions[0].name, "Some article");
    assert_eq!(versions[1].name, "Updated name");

    versions[0].revert(conn)?;

    let article: Article = articles::table.find(article.id).first(conn)?;
    assert_eq!(article.name, "Some article");
    Ok(article)
}

fn delete_and_restore(conn: &mut SqliteConnection, article: &Article) -> QueryResult<()> {
    // Any program, any statement: the database itself records.
    diesel::sql_query("DELETE FROM articles").execute(conn)?;

    let last: ArticleVersion = article
        .versions()
        .filter(schema::articles_version::operation_type.ne(Operation::Delete))
        .order(schema::articles_version::transaction_id.desc())
        .first(conn)?;
    let undo = ChangeInfo::new()
        .actor("alice")
        .reason("that was a mistake");
    conn.versioned_transaction(undo, |conn| last.revert(conn))?;
    Ok(())
}

//! What the Rust blocks of the guide stand on: articles and their tags with a history, in a
//! database in memory. A block takes it in with a hidden line,
//! `# use continuum_tests::docs::*; let conn = &mut database();`.

pub mod links;
pub mod options;
pub mod self_reference;
pub mod signed_in;

pub use crate::models::{Article, ArticleVersion, Tag, TagVersion};
pub use crate::schema;
pub use crate::schema::{articles, articles_version, tags, tags_version};
pub use continuum_core::continuum_transaction;
pub use continuum_core::prelude::*;
pub use diesel::prelude::*;

use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, Required, parse};
use diesel::connection::SimpleConnection;

/// A new database with the tables, empty, and their history.
///
/// # Panics
///
/// Where the tables or their history cannot be made.
pub fn database() -> SqliteConnection {
    database_with(&Log::default())
}

/// The same, where every change needs a `versioned_transaction`, and the history is only added to.
///
/// # Panics
///
/// Where the tables or their history cannot be made.
pub fn strict_database() -> SqliteConnection {
    database_with(&Log {
        require: vec![Required::Transaction],
        append_only: true,
        columns: Vec::new(),
    })
}

/// The same, where the log has the columns of [`signed_in`], and Alice (7) and Bob (8) are users.
///
/// # Panics
///
/// Where the tables or their history cannot be made.
pub fn database_of_signed_in() -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite in memory");
    conn.batch_execute(concat!(
        include_str!("tables.sql"),
        "CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO users VALUES (7, 'Alice'), (8, 'Bob');"
    ))
    .expect("the tables");
    let source = include_str!("docs/signed_in.rs");
    let tables = parse::tables(source, "signed_in.rs").expect("the tables");
    let declared = parse::transaction_columns(source, "signed_in.rs").expect("the columns");
    let log = Log {
        columns: parse::log_columns(&tables, &declared).expect("columns of these tables"),
        ..Log::default()
    };
    let history = migration(include_str!("schema.rs"), include_str!("models.rs"), &log);
    conn.batch_execute(&history).expect("their history");
    conn
}

fn database_with(log: &Log) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite in memory");
    conn.batch_execute(include_str!("tables.sql"))
        .expect("the tables");
    let history = migration(include_str!("schema.rs"), include_str!("models.rs"), log);
    conn.batch_execute(&history).expect("their history");
    conn
}

/// A new database with the table of [`options`], empty, and its history under these options.
///
/// # Panics
///
/// Where the table or its history cannot be made.
pub fn database_of_users(options: &str) -> SqliteConnection {
    database_of(
        "CREATE TABLE users (
            id INTEGER NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            password TEXT NOT NULL DEFAULT '',
            view_count INTEGER NOT NULL DEFAULT 0
        )",
        "diesel::table! { users (id) {
            id -> Integer, name -> Text, password -> Text, view_count -> Integer,
        } }",
        &format!("#[derive(Versioned)] #[versioned({options})] struct User;"),
    )
}

/// A new database that this SQL makes, and the history of these texts of schema.rs and the models.
///
/// # Panics
///
/// Where the tables or their history cannot be made.
pub fn database_of(sql: &str, schema: &str, models: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite in memory");
    conn.batch_execute(sql).expect("the tables");
    let history = migration(schema, models, &Log::default());
    conn.batch_execute(&history).expect("their history");
    conn
}

/// An article that alice inserted, and bob gave a title.
///
/// # Panics
///
/// Where the changes cannot be made.
pub fn article(conn: &mut SqliteConnection) -> Article {
    let alice = ChangeInfo::new().actor("alice");
    let bob = ChangeInfo::new().actor("bob").reason("a title");
    let written = conn.versioned_transaction(alice, |conn| {
        diesel::insert_into(articles::table)
            .values((
                articles::name.eq("Some draft"),
                articles::content.eq("Some content"),
            ))
            .returning(Article::as_returning())
            .get_result(conn)
    });
    let written: Article = written.expect("an article");
    let titled = conn.versioned_transaction(bob, |conn| {
        diesel::update(&written)
            .set(articles::name.eq("Some article"))
            .returning(Article::as_returning())
            .get_result(conn)
    });
    titled.expect("the article")
}

/// What `continuum-cli gen-migrations` writes for these texts.
fn migration(schema: &str, models: &str, log: &Log) -> String {
    let tables = parse::tables(schema, "schema.rs").expect("schema.rs");
    let models = parse::models(models, "models.rs").expect("models.rs");
    let versioned = parse::versioned_tables(&tables, &models).expect("both together");
    let wanted = Histories {
        tables: &versioned,
        log,
    };
    Plan::between_histories(None, wanted, Dialect::Sqlite, Baseline::Rows)
        .expect("a plan")
        .up_sql()
}

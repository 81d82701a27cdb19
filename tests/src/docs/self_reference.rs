//! Categories below categories, for the page on relations.

use diesel::SqliteConnection;

continuum_core::version_tables! {
    diesel::table! {
        /// Categories.
        categories (id) {
            /// The key.
            id -> Integer,
            /// The category above.
            parent_id -> Nullable<Integer>,
            /// What it is called.
            name -> Text,
        }
    }
}

/// A new database with the table, empty, and its history.
///
/// # Panics
///
/// Where the table or its history cannot be made.
pub fn database() -> SqliteConnection {
    super::database_of(
        "CREATE TABLE categories (
            id INTEGER NOT NULL PRIMARY KEY,
            parent_id INTEGER REFERENCES categories (id),
            name TEXT NOT NULL
        )",
        "diesel::table! { categories (id) {
            id -> Integer, parent_id -> Nullable<Integer>, name -> Text,
        } }",
        "#[derive(Versioned)] #[diesel(table_name = categories)] struct Category;",
    )
}

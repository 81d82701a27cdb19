//! Columns that have other names in Rust than in the database.

use super::{Conn, database, transaction};
use crate::support::sound::assert_sound;
use continuum_core::Changes;
use continuum_core::prelude::*;
use diesel::prelude::*;
use serde_json::json;

macro_rules! library {
    ($module:ident, $strategy:literal) => {
        mod $module {
            use super::*;

            pub mod schema {
                continuum_core::version_tables! {
                    #[versioned(strategy = $strategy)]
                    diesel::table! {
                        #[sql_name = "the books"]
                        books (nr) {
                            #[sql_name = "Nr"]
                            nr -> Integer,
                            #[sql_name = "type"]
                            kind -> Text,
                            #[sql_name = "its \"title\""]
                            title -> Nullable<Text>,
                        }
                    }
                }
            }
            use schema::{books, books_version};

            #[derive(Debug, PartialEq, Queryable, Selectable, Identifiable, Versioned)]
            #[diesel(table_name = books, primary_key(nr))]
            #[versioned(strategy = $strategy, derive(Debug, PartialEq))]
            struct Book {
                nr: i32,
                #[diesel(column_name = kind)]
                what: String,
                title: Option<String>,
            }

            #[test]
            fn a_column_is_read_and_reverted_whatever_rust_calls_it() {
                // H18
                let Some(db) = database() else { return };
                db.apply(
                    "CREATE TABLE \"the books\" (
                        \"Nr\" INTEGER NOT NULL PRIMARY KEY, type TEXT NOT NULL,
                        \"its \"\"title\"\"\" TEXT
                    )",
                );
                db.install(
                    "diesel::table! {
                        #[sql_name = \"the books\"]
                        books (nr) {
                            #[sql_name = \"Nr\"] nr -> Integer,
                            #[sql_name = \"type\"] kind -> Text,
                            #[sql_name = \"its \\\"title\\\"\"] title -> Nullable<Text>,
                        }
                    }",
                    concat!(
                        "#[derive(Versioned)] #[diesel(table_name = books)]",
                        "#[versioned(strategy = \"",
                        $strategy,
                        "\")] struct Book;"
                    ),
                );
                let conn: &mut Conn = &mut db.connect();
                transaction(conn, &["INSERT INTO \"the books\" VALUES (1, 'novel', NULL)"]);
                let book: Book = books::table.first(conn).unwrap();
                diesel::update(&book)
                    .set((books::kind.eq("poem"), books::title.eq("a")))
                    .execute(conn)
                    .unwrap();
                diesel::delete(&book).execute(conn).unwrap();

                let versions: Vec<BookVersion> = book.versions().load(conn).unwrap();
                let told: Vec<_> = versions.iter().map(|version| version.what.as_str()).collect();
                assert_eq!(told, ["novel", "poem", "poem"]);
                let changes: Changes = books_version::table
                    .filter(versions[1].same_row())
                    .filter(BookVersion::changed(books_version::title))
                    .order(books_version::transaction_id)
                    .select(BookVersion::changes())
                    .first(conn)
                    .unwrap();
                let expected = json!({"type": ["novel", "poem"], "its \"title\"": [null, "a"]});
                assert_eq!(changes.to_json(), expected);
                let changeset = versions[1].changeset(conn).unwrap();
                let kind = changeset.get(books_version::kind).unwrap();
                assert_eq!(kind.old.map(String::as_str), Some("novel"));

                versions[1].revert(conn).unwrap();
                let poem = Book { what: "poem".into(), title: Some("a".into()), ..book };
                assert_eq!(books::table.load::<Book>(conn), Ok(vec![poem]));
                versions[0].revert(conn).unwrap();
                let live: Book = books::table.first(conn).unwrap();
                assert_eq!((live.what.as_str(), &live.title), ("novel", &None));
                let who: Vec<_> = live.blamed(conn);
                assert_eq!(who, ["Nr", "type", "its \"title\""]);
                assert_sound(conn);
            }

            impl Book {
                fn blamed(&self, conn: &mut Conn) -> Vec<String> {
                    let blame = self.blame(conn).unwrap();
                    blame.into_iter().map(|set| set.column).collect()
                }
            }
        }
    };
}

library!(with_validity, "validity");
library!(with_subquery, "subquery");

//! Rows whose key is a text, or of several columns.

use super::super::{Conn, database, transaction};
use crate::support::sound::assert_sound;
use continuum_core::AsOf;
use continuum_core::prelude::*;
use diesel::prelude::*;

macro_rules! kept {
    ($module:ident, $strategy:literal) => {
        mod $module {
            use super::*;

            mod schema {
                continuum_core::version_tables! {
                    #[versioned(strategy = $strategy)]
                    diesel::table! { links (account, tag) { account -> Integer, tag -> Varchar, amount -> Integer } }
                    #[versioned(strategy = $strategy)]
                    diesel::table! { names (name) { name -> Varchar, amount -> Integer } }
                }
            }
            use schema::{links, links_version, names, names_version};

            #[derive(Queryable, Selectable, Identifiable, Versioned)]
            #[diesel(table_name = links, primary_key(account, tag))]
            #[versioned(strategy = $strategy)]
            struct Link {
                account: i32,
                tag: String,
            }

            #[derive(Queryable, Selectable, Identifiable, Versioned)]
            #[diesel(table_name = names, primary_key(name))]
            #[versioned(strategy = $strategy)]
            struct Name {
                name: String,
            }

            #[test]
            fn whole_tables_are_as_of_any_moment_what_they_were() {
                let Some(db) = database() else { return };
                db.apply(
                    "CREATE TABLE links (
                        account INTEGER NOT NULL, tag VARCHAR(20) NOT NULL, amount INTEGER NOT NULL,
                        PRIMARY KEY (account, tag)
                    );
                    CREATE TABLE names (
                        name VARCHAR(20) NOT NULL PRIMARY KEY, amount INTEGER NOT NULL
                    )",
                );
                db.install(
                    "diesel::table! { links (account, tag) { account -> Integer, tag -> Varchar, amount -> Integer } }
                    diesel::table! { names (name) { name -> Varchar, amount -> Integer } }",
                    concat!(
                        "#[derive(Versioned)] #[diesel(table_name = links)]",
                        "#[versioned(strategy = \"", $strategy, "\")] struct Link;",
                        "#[derive(Versioned)] #[diesel(table_name = names)]",
                        "#[versioned(strategy = \"", $strategy, "\")] struct Name;"
                    ),
                );
                let conn: &mut Conn = &mut db.connect();
                let mut states = vec![(0, (Vec::new(), Vec::new()))];
                for statements in [
                    ["INSERT INTO links VALUES (1, 'a', 1), (1, 'b', 1), (2, 'a', 1)",
                        "INSERT INTO names VALUES ('a', 1), ('b', 1), ('ab', 1)"],
                    ["UPDATE links SET amount = 2 WHERE tag = 'a'",
                        "UPDATE names SET amount = 2 WHERE name <> 'b'"],
                    ["DELETE FROM links WHERE account = 1", "DELETE FROM names WHERE name = 'a'"],
                    ["INSERT INTO links VALUES (1, 'a', 3), (3, 'a', 1)",
                        "INSERT INTO names VALUES ('a', 3), ('', 1)"],
                    ["UPDATE links SET account = 4 WHERE account = 2",
                        "UPDATE names SET name = 'z' WHERE name = 'ab'"],
                ] {
                    transaction(conn, &statements);
                    let id: Option<i64> = links_version::table
                        .select(diesel::dsl::max(links_version::transaction_id))
                        .first(conn)
                        .unwrap();
                    let rows = links::table.order((links::account, links::tag)).load(conn);
                    let texts = names::table.order(names::name).load(conn);
                    states.push((id.unwrap(), (rows.unwrap(), texts.unwrap())));
                }
                for (id, (rows, texts)) in states {
                    let then: Vec<(i32, String, i32)> = links_version::table
                        .filter(AsOf::<LinkVersion>::whole_table(id))
                        .order((links_version::account, links_version::tag))
                        .select((links_version::account, links_version::tag, links_version::amount))
                        .load(conn)
                        .unwrap();
                    assert_eq!(then, rows, "{id}");
                    let then: Vec<(String, i32)> = names_version::table
                        .filter(AsOf::<NameVersion>::whole_table(id))
                        .order(names_version::name)
                        .select((names_version::name, names_version::amount))
                        .load(conn)
                        .unwrap();
                    assert_eq!(then, texts, "{id}");
                    // What was not there is the rest, and not unknown.
                    let all: i64 = links_version::table.count().get_result(conn).unwrap();
                    let others: i64 = links_version::table
                        .filter(diesel::dsl::not(AsOf::<LinkVersion>::whole_table(id)))
                        .count()
                        .get_result(conn)
                        .unwrap();
                    assert_eq!(others, all - rows.len() as i64, "{id}");
                }
                assert_sound(conn);
            }
        }
    };
}

kept!(with_validity, "validity");
kept!(with_subquery, "subquery");

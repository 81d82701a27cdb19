//! Tables in another schema than the first of the search path.

use super::{Conn, database, run};
use crate::support::sound::assert_sound;
use continuum_core::AsOf;
use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! { club.people (id) { id -> Integer, name -> Text, } }
        diesel::table! { club.friends (one, other) { one -> Integer, other -> Integer, } }
    }
    diesel::allow_tables_to_appear_in_same_query!(people, friends);
}
use schema::{friends_version, people_version};

#[derive(Debug, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = schema::people)]
struct Person {
    id: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Versioned)]
#[diesel(table_name = schema::friends, primary_key(one, other))]
struct Friend {
    one: i32,
    other: i32,
}

/// The names at the other side of links from or to a person, in a query for each of which the
/// history is joined as of one moment.
macro_rules! linked {
    ($conn:ident, $moment:expr, $from:ident, $to:ident) => {{
        let names: Vec<String> = people_version::table
            .inner_join(friends_version::table.on(friends_version::$to.eq(people_version::id)))
            .filter(friends_version::$from.eq(1))
            .filter(AsOf::<PersonVersion>::new($moment))
            .filter(AsOf::<FriendVersion>::one_by_one($moment))
            .order(people_version::name)
            .select(people_version::name)
            .load($conn)
            .unwrap();
        names
    }};
}

#[test]
fn links_between_rows_of_one_table_in_another_schema_are_found_both_ways() {
    // G07
    let Some(db) = database() else { return };
    db.apply(
        "CREATE SCHEMA club;
        CREATE TABLE club.people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE club.friends (
            one INTEGER REFERENCES club.people, other INTEGER REFERENCES club.people,
            PRIMARY KEY (one, other)
        );
        INSERT INTO club.people VALUES (1, 'a'), (2, 'b'), (3, 'c');",
    );
    db.install(
        "diesel::table! { club.people (id) { id -> Integer, name -> Text, } }
        diesel::table! { club.friends (one, other) { one -> Integer, other -> Integer, } }",
        "#[derive(Versioned)] #[diesel(table_name = club::people)] struct Person;
        #[derive(Versioned)] #[diesel(table_name = club::friends)] struct Friend;",
    );
    let conn: &mut Conn = &mut db.connect();
    run(conn, "INSERT INTO club.friends VALUES (1, 2), (3, 1)");
    run(conn, "UPDATE club.people SET name = 'B' WHERE id = 2");
    run(conn, "DELETE FROM club.friends WHERE one = 1");
    run(
        conn,
        "UPDATE club.friends SET other = 2; UPDATE club.people SET name = 'C' WHERE id = 3",
    );
    for (moment, of, by) in [
        (2, vec!["b"], vec!["c"]),
        (3, vec!["B"], vec!["c"]),
        (4, vec![], vec!["c"]),
        (5, vec![], vec![]),
    ] {
        assert_eq!(linked!(conn, moment, one, other), of, "{moment}");
        assert_eq!(linked!(conn, moment, other, one), by, "{moment}");
    }
    assert_sound(conn);
}

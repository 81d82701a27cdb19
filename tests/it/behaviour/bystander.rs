//! What the application gets from its statements is what it gets without a history.

use super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::articles::models::Article;
use crate::support::articles::schema::{article_tags, articles, tags};
use crate::support::database::Engine;
use crate::support::history::number;
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::{
    self, ForeignKeyViolation, NotNullViolation, UniqueViolation,
};
use diesel::result::Error;

fn article(id: i32, name: &str) -> Article {
    Article {
        id,
        name: name.into(),
        content: None,
        description: None,
    }
}

#[test]
fn rows_affected_are_those_of_the_statement() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new(), |conn| {
        let rows: Vec<_> = (1..=3).map(|id| article(id, "a")).collect();
        let inserted = diesel::insert_into(articles::table)
            .values(&rows)
            .execute(conn)?;
        assert_eq!(inserted, 3);
        diesel::insert_into(tags::table)
            .values(&[
                (tags::id.eq(1), tags::article_id.eq(1)),
                (tags::id.eq(2), tags::article_id.eq(1)),
            ])
            .execute(conn)?;
        diesel::insert_into(article_tags::table)
            .values((article_tags::article_id.eq(1), article_tags::tag_id.eq(1)))
            .execute(conn)
    })
    .unwrap();
    let updates = [
        ("name = 'b' WHERE id > 1", 2),
        // Nothing changes, nothing is found, keys change with what points to them.
        ("name = name", 3),
        ("name = 'c' WHERE id > 3", 0),
        ("id = id + 10", 3),
    ];
    for (update, affected) in updates {
        let update = diesel::sql_query(format!("UPDATE articles SET {update}"));
        assert_eq!(update.execute(conn), Ok(affected));
    }
    let (on_conflict, affected) = match Conn::DIALECT {
        // A row that it changes counts twice.
        Dialect::MySql => ("ON DUPLICATE KEY UPDATE", 2),
        _ => ("ON CONFLICT (id) DO UPDATE SET", 1),
    };
    let upsert = diesel::sql_query(format!(
        "INSERT INTO articles (id, name) VALUES (11, 'd') {on_conflict} name = 'd'"
    ));
    assert_eq!(upsert.execute(conn), Ok(affected));
    // Two tags lose their article, and a link goes.
    assert_eq!(diesel::delete(articles::table).execute(conn), Ok(3));
    assert_eq!(
        number(
            conn,
            "SELECT count(*) AS count FROM tags WHERE article_id IS NULL"
        ),
        2
    );
    assert_eq!(
        number(conn, "SELECT count(*) AS count FROM article_tags"),
        0
    );
}

#[test]
fn the_last_generated_key_is_that_of_the_application() {
    let Some(db) = database() else { return };
    // MySQL: of several rows, the first one's.
    let last_of_two = if Conn::DIALECT == Dialect::MySql {
        5
    } else {
        6
    };
    let (key, last_key) = match Conn::DIALECT {
        Dialect::Postgres => ("SERIAL PRIMARY KEY", "SELECT lastval() AS count"),
        Dialect::MySql => (
            "INTEGER PRIMARY KEY AUTO_INCREMENT",
            "SELECT CAST(last_insert_id() AS SIGNED) AS count",
        ),
        _ => (
            "INTEGER PRIMARY KEY NOT NULL",
            "SELECT last_insert_rowid() AS count",
        ),
    };
    let table = |name| format!("CREATE TABLE {name} (id {key}, name TEXT);");
    let conn: &mut Conn = &mut keep(
        &db,
        &["with_validity", "with_subquery", "plain"]
            .map(table)
            .concat(),
        &[
            (
                "with_validity (id) { id -> Integer, name -> Nullable<Text> }",
                STRATEGIES[0],
            ),
            (
                "with_subquery (id) { id -> Integer, name -> Nullable<Text> }",
                STRATEGIES[1],
            ),
        ],
    );
    for table in ["with_validity", "with_subquery"] {
        for other in ["'a'", "'b'", "'c'"] {
            conn.batch_execute(&format!("INSERT INTO {table} (name) VALUES ({other})"))
                .unwrap();
        }
        assert_eq!(number(conn, last_key), 3, "{table}");
        conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
            conn.batch_execute(&format!("INSERT INTO {table} (name) VALUES ('d')"))?;
            assert_eq!(number(conn, last_key), 4, "{table}");
            conn.batch_execute(&format!("INSERT INTO {table} (name) VALUES ('e'), ('f')"))?;
            assert_eq!(number(conn, last_key), last_of_two, "{table}");
            conn.batch_execute(&format!("UPDATE {table} SET name = 'x'"))?;
            conn.batch_execute(&format!("DELETE FROM {table} WHERE id > 5"))
        })
        .unwrap();
        assert_eq!(number(conn, last_key), last_of_two, "{table}");
        // A change elsewhere is not an insert.
        for _ in 0..10 {
            conn.batch_execute("INSERT INTO plain (name) VALUES ('a')")
                .unwrap();
        }
        let plain = match Conn::DIALECT {
            Dialect::MySql => number(conn, "SELECT CAST(max(id) AS signed) AS count FROM plain"),
            _ => number(conn, "SELECT CAST(max(id) AS bigint) AS count FROM plain"),
        };
        transaction(
            conn,
            &[format!("UPDATE {table} SET name = 'y' WHERE id = 1")],
        );
        transaction(conn, &[format!("DELETE FROM {table} WHERE id = 2")]);
        assert_eq!(number(conn, last_key), plain, "{table}");
    }
}

#[test]
fn errors_are_those_of_the_table() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    conn.batch_execute(
        "INSERT INTO articles (id, name) VALUES (1, 'a'); INSERT INTO tags (id) VALUES (1)",
    )
    .unwrap();
    let refused: [(&str, DatabaseErrorKind); 4] = [
        (
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            UniqueViolation,
        ),
        ("UPDATE articles SET name = NULL", NotNullViolation),
        ("UPDATE tags SET article_id = 7", ForeignKeyViolation),
        (
            "INSERT INTO article_tags VALUES (1, 7)",
            ForeignKeyViolation,
        ),
    ];
    for (statement, kind) in refused {
        let refused = conn.versioned_transaction(ChangeInfo::new(), |conn| {
            diesel::sql_query(statement).execute(conn)
        });
        let Err(Error::DatabaseError(found, about)) = &refused else {
            panic!("{refused:?}")
        };
        let same = std::mem::discriminant(found) == std::mem::discriminant(&kind);
        assert!(same, "{statement}: {refused:?}");
        assert!(
            !about.message().contains("version"),
            "{statement}: {refused:?}"
        );
    }
}

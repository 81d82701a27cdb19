//! Statements that do not come from Diesel's DSL, and recording that fails.

use super::{Conn, database, log};
use crate::support::articles::models::Article;
use crate::support::articles::schema::articles;
use crate::support::articles::{self as fixture, MODELS, SCHEMA, TABLES};
use crate::support::database::Engine;
use crate::support::history::{count, number, story};
use crate::support::kept::{STRATEGIES, keep};
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;

fn article(id: i32) -> Article {
    Article {
        id,
        name: "by the DSL".into(),
        content: None,
        description: None,
    }
}

/// L01.
#[test]
fn raw_statements_before_and_after_the_dsl_are_of_the_same_transaction() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut fixture::set_up(&db);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'before')")?;
        diesel::insert_into(articles::table)
            .values(article(2))
            .execute(conn)?;
        conn.batch_execute(
            "INSERT INTO articles (id, name) VALUES (3, 'after');
            INSERT INTO article_tags SELECT 1, id FROM tags;
            INSERT INTO tags (id, article_id) VALUES (1, 3);",
        )
    })
    .unwrap();
    let log = log(conn);
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].actor.as_deref(), Some("alice"));
    let of_it = format!("transaction_id = {}", log[0].id);
    assert_eq!(
        story(conn, "articles_version", &["id", "name"], &of_it),
        [
            "insert 1, before",
            "insert 2, by the DSL",
            "insert 3, after"
        ]
    );
    assert_eq!(story(conn, "tags_version", &["id"], &of_it), ["insert 1"]);
}

/// L02.
#[test]
fn raw_statements_alone_are_recorded_and_nobody_is_named() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut fixture::set_up(&db);
    for statement in [
        "INSERT INTO articles (id, name) VALUES (1, 'a')",
        "UPDATE articles SET name = 'b'",
        "DELETE FROM articles",
    ] {
        conn.batch_execute(statement).unwrap();
    }
    assert_eq!(
        story(conn, "articles_version", &["name"], "id = 1"),
        ["insert a", "update b", "delete b"]
    );
    let log = log(conn);
    assert_eq!(log.len(), 3);
    for transaction in log {
        assert_eq!(transaction.actor, None);
        assert_eq!(transaction.reason, None);
        assert_eq!(transaction.meta, None);
    }
}

/// L02, and the next one is not taken for the last one.
#[test]
fn what_follows_a_versioned_transaction_is_not_attributed_to_it() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut fixture::set_up(&db);
    let insert = |conn: &mut Conn, id| {
        conn.batch_execute(&format!(
            "INSERT INTO articles (id, name) VALUES ({id}, 'a')"
        ))
    };
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| insert(conn, 1))
        .unwrap();
    insert(conn, 2).unwrap();
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        insert(conn, 3)?;
        Err::<(), _>(Error::RollbackTransaction)
    })
    .unwrap_err();
    insert(conn, 4).unwrap();
    let actors: Vec<_> = log(conn).into_iter().map(|record| record.actor).collect();
    assert_eq!(actors, [Some("alice".to_owned()), None, None]);
    assert_eq!(count(conn, "articles_version"), 3);
}

/// L06.
#[test]
fn raw_statements_that_change_nothing_tracked_leave_nothing() {
    for options in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT, views INTEGER);
            INSERT INTO pages VALUES (1, 'a', 0), (2, NULL, 0);",
            &[(
                "pages (id) { id -> Integer, title -> Nullable<Text>, views -> Nullable<Integer> }",
                &format!("exclude(views), {options}"),
            )],
        );
        conn.batch_execute("UPDATE pages SET title = title")
            .unwrap();
        conn.batch_execute("UPDATE pages SET views = views + 1")
            .unwrap();
        conn.batch_execute("UPDATE pages SET id = id, title = 'a', views = 7 WHERE id = 1")
            .unwrap();
        assert_eq!(count(conn, "pages_version"), 2);
        assert_eq!(log(conn), []);
    }
}

/// L07.
#[test]
fn a_change_that_cannot_be_recorded_fails_and_changes_nothing() {
    for (broken, message) in [
        ("DROP TABLE articles_version", "articles_version"),
        ("DROP TABLE continuum_transaction", "continuum_transaction"),
        (
            "CREATE UNIQUE INDEX one_version ON articles_version (id)",
            match Conn::DIALECT {
                Dialect::MySql => "duplicate",
                _ => "unique",
            },
        ),
    ] {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut fixture::set_up(&db);
        let row = "INSERT INTO articles (id, name) VALUES (1, 'a')";
        conn.batch_execute(row).unwrap();
        // As another connection does it: this one may have looked at the table already.
        db.connect().batch_execute(broken).unwrap();
        for change in ["UPDATE articles SET name = 'b'", "DELETE FROM articles"] {
            let error = conn.batch_execute(change).unwrap_err().to_string();
            let error = error.to_lowercase();
            assert!(error.contains(message), "{broken}; {change}: {error}");
        }
        let unchanged = "SELECT count(*) AS count FROM articles WHERE id = 1 AND name = 'a'";
        assert_eq!(number(conn, unchanged), 1, "{broken}");
        assert_eq!(count(conn, "articles"), 1, "{broken}");
    }
}

/// L07: what the table takes and its history does not.
#[test]
fn a_value_that_the_history_cannot_hold_is_refused() {
    let Some(db) = database() else { return };
    // schema.rs says that the name is never NULL, the table does not.
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE pages (id INTEGER NOT NULL PRIMARY KEY, title TEXT)",
        &[("pages (id) { id -> Integer, title -> Text }", "")],
    );
    conn.batch_execute("INSERT INTO pages VALUES (1, 'a')")
        .unwrap();
    let refused = [
        "INSERT INTO pages VALUES (2, NULL)",
        "UPDATE pages SET title = NULL",
    ];
    for change in refused {
        let error = conn.batch_execute(change).unwrap_err().to_string();
        assert!(error.contains("title"), "{error}");
    }
    assert_eq!(count(conn, "pages"), 1);
    assert_eq!(
        story(conn, "pages_version", &["title"], "true"),
        ["insert a"]
    );
}

/// L08.
#[test]
fn installing_again_begins_anew_and_removing_leaves_nothing() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut fixture::set_up(&db);
    conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
        .unwrap();
    for _ in 0..2 {
        db.uninstall(SCHEMA, MODELS);
        conn.batch_execute("UPDATE articles SET name = name || '!'")
            .unwrap();
        db.install(SCHEMA, MODELS);
    }
    assert_eq!(
        story(conn, "articles_version", &["name"], "true"),
        ["insert a!!"]
    );
    conn.batch_execute("UPDATE articles SET name = 'b'")
        .unwrap();
    assert_eq!(
        story(conn, "articles_version", &["name"], "true"),
        ["insert a!!", "update b"]
    );
    db.uninstall(SCHEMA, MODELS);
    db.apply("DROP TABLE article_tags; DROP TABLE tags; DROP TABLE articles;");
    db.apply(TABLES);
}

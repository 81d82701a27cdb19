//! What a change of a relation does to the tables at its ends.

use super::super::{Conn, database, transaction};
use crate::support::articles as blog;
use crate::support::history::{count, story};
use crate::support::sound::assert_sound;
use diesel::prelude::*;

#[test]
fn a_parent_that_is_changed_along_with_its_children_gets_a_version() {
    // F06
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut blog::set_up(&db);
    transaction(conn, &["INSERT INTO articles (id, name) VALUES (1, 'a')"]);
    let touch = "UPDATE articles SET description = 'tags: red' WHERE id = 1";
    transaction(conn, &["INSERT INTO tags VALUES (1, 'red', 1)", touch]);
    // What is written again as it is, is no change.
    transaction(conn, &["INSERT INTO tags VALUES (2, 'blue', 1)", touch]);
    assert_eq!(
        story(conn, "articles_version", &["description"], "1 = 1"),
        ["insert NULL", "update tags: red"]
    );
    let together = "articles_version a JOIN tags_version t ON t.transaction_id = a.transaction_id";
    assert_eq!(count(conn, together), 1);
}

#[test]
fn a_table_that_two_structs_read_has_one_history() {
    // G15
    let Some(db) = database() else { return };
    db.apply(blog::TABLES);
    let reading = "
        #[derive(Queryable, Selectable)]
        #[diesel(table_name = crate::schema::article_tags)]
        struct Link { article_id: i32, tag_id: i32 }
        #[derive(Queryable, Selectable, Versioned)]
        #[diesel(table_name = crate::schema::article_tags)]
        struct LinkedTag { tag_id: i32, article_id: i32 }";
    let models = format!("{}{reading}", blog::MODELS);
    let tables = db.versioned_tables(blog::SCHEMA, &models);
    assert_eq!(tables, db.versioned_tables(blog::SCHEMA, blog::MODELS));
    db.install(blog::SCHEMA, &models);
    let conn: &mut Conn = &mut db.connect();
    transaction(
        conn,
        &[
            "INSERT INTO articles (id, name) VALUES (1, 'a')",
            "INSERT INTO tags (id) VALUES (1)",
            "INSERT INTO article_tags VALUES (1, 1)",
        ],
    );
    diesel::delete(blog::schema::article_tags::table)
        .execute(conn)
        .unwrap();
    assert_eq!(
        story(conn, "article_tags_version", &["tag_id"], "1 = 1"),
        ["insert 1", "delete 1"]
    );
    assert_sound(conn);
}

//! Keys that are text, with a collation of their own.

// Diesel's `id()` of a table whose key is not its column `id`.
#![allow(clippy::misnamed_getters)]

use super::super::{Conn, database, transaction};
use crate::support::database::Engine;
use crate::support::kept::keep;
use continuum_core::Position;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::prelude::*;

mod schema {
    continuum_core::version_tables! {
        diesel::table! { shelves (code) { code -> Text, name -> Text, } }
        diesel::table! { books (id) { id -> Integer, code -> Text, title -> Text, } }
        diesel::table! { places (nr) { nr -> Integer, code -> Text, id -> Integer, } }
    }
}
use schema::*;

#[derive(Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = shelves, primary_key(code))]
#[allow(dead_code)]
struct Shelf {
    code: String,
    name: String,
}

#[derive(Identifiable, Queryable, Selectable, Associations, Versioned)]
#[diesel(table_name = books, belongs_to(Shelf, foreign_key = code))]
#[allow(dead_code)]
struct Book {
    id: i32,
    code: String,
    title: String,
}

#[derive(Identifiable, Queryable, Selectable, Associations, Versioned)]
#[diesel(table_name = places, primary_key(nr))]
#[diesel(belongs_to(Shelf, foreign_key = code), belongs_to(Book, foreign_key = id))]
struct Place {
    nr: i32,
    code: String,
    id: i32,
}

#[test]
fn relations_of_many_versions_are_found_by_text_of_another_collation_and_each_once() {
    let Some(db) = database() else { return };
    let code = match Conn::DIALECT {
        Dialect::MySql => "VARCHAR(20) COLLATE utf8mb4_spanish_ci",
        _ => "VARCHAR(20)",
    };
    let conn: &mut Conn = &mut keep(
        &db,
        &format!(
            "CREATE TABLE shelves (code {code} NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);
            CREATE TABLE books (
                id INTEGER NOT NULL PRIMARY KEY, code {code} NOT NULL, title VARCHAR(20) NOT NULL
            );
            CREATE TABLE places (
                nr INTEGER NOT NULL PRIMARY KEY, code {code} NOT NULL, id INTEGER NOT NULL
            );"
        ),
        &[
            (
                "shelves (code) { #[max_length = 20] code -> Varchar, \
                 #[max_length = 20] name -> Varchar }",
                "",
            ),
            (
                "books (id) { id -> Integer, #[max_length = 20] code -> Varchar, \
                 #[max_length = 20] title -> Varchar }",
                "",
            ),
            (
                "places (nr) { nr -> Integer, #[max_length = 20] code -> Varchar, id -> Integer }",
                "",
            ),
        ],
    );
    for statements in [
        &[
            "INSERT INTO shelves VALUES ('n', 'low'), ('ñ', 'high')",
            "INSERT INTO books VALUES (1, 'n', 'a'), (2, 'ñ', 'b')",
            "INSERT INTO places VALUES (1, 'n', 1), (2, 'ñ', 1), (3, 'ñ', 2), (4, 'ñ', 1)",
        ][..],
        &["UPDATE shelves SET name = 'top' WHERE code = 'ñ'"],
        &["UPDATE books SET title = 'c' WHERE id = 2"],
    ] {
        transaction(conn, statements);
    }
    let books: Vec<BookVersion> = books_version::table
        .order((books_version::transaction_id, books_version::id))
        .select(BookVersion::as_select())
        .load(conn)
        .unwrap();
    let shelves: Vec<String> = books
        .parents::<Shelf>()
        .select(<(ShelfVersion, Position)>::as_select())
        .load(conn)
        .unwrap()
        .beside(&books)
        .into_iter()
        .map(|shelf| shelf.unwrap().name)
        .collect();
    assert_eq!(shelves, ["low", "high", "top"]);

    let versions: Vec<ShelfVersion> = shelves_version::table
        .order((
            shelves_version::transaction_id,
            shelves_version::name.desc(),
        ))
        .select(ShelfVersion::as_select())
        .load(conn)
        .unwrap();
    let of_each: Vec<Vec<i32>> = versions
        .linked::<Place, Book>()
        .order(books_version::id)
        .select((books_version::id, Position::as_select()))
        .load::<(i32, Position)>(conn)
        .unwrap()
        .grouped_beside(&versions);
    assert_eq!(of_each, [vec![1], vec![1, 2], vec![1, 2]]);

    let children = BookVersion::belonging_to(&versions)
        .order(books_version::id)
        .select(BookVersion::as_select())
        .load(conn)
        .unwrap();
    let children = children.grouped_by_version(&versions);
    let of_each: Vec<Vec<i32>> = children
        .iter()
        .map(|books| books.iter().map(|book| book.id).collect())
        .collect();
    assert_eq!(of_each, [vec![1], vec![2], vec![2]]);
}

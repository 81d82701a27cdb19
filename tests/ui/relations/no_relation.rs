use continuum_core::prelude::*;
use diesel::prelude::*;

mod schema {
    diesel::table! { authors (id) { id -> Integer, } }
    continuum_core::version_tables! {
        diesel::table! { articles (id) { id -> Integer, author_id -> Integer, } }
        diesel::table! { tags (id) { id -> Integer, article_id -> Integer, } }
    }
}

#[derive(Identifiable, Queryable, Selectable)]
#[diesel(table_name = schema::authors)]
struct Author {
    id: i32,
}

#[derive(Identifiable, Queryable, Selectable, Associations, Versioned)]
#[diesel(table_name = schema::articles, belongs_to(Author))]
struct Article {
    id: i32,
    author_id: i32,
}

#[derive(Identifiable, Queryable, Selectable, Associations, Versioned)]
#[diesel(table_name = schema::tags, belongs_to(Article))]
struct Tag {
    id: i32,
    article_id: i32,
}

fn main() {}

fn revert(version: &TagVersion) {
    let _ = version.reverting().with(continuum_core::children::<Article>());
}

use continuum_core::prelude::*;

#[derive(Versioned)]
struct Article(#[diesel(column_name = id)] i32);

fn main() {
    let _: ArticleVersion;
}

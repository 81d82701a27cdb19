use continuum_core::prelude::*;

#[derive(Versioned)]
struct Article<'a> {
    id: i32,
    name: &'a str,
}

fn main() {
    let _: ArticleVersion;
}

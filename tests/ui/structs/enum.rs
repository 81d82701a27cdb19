use continuum_core::prelude::*;

#[derive(Versioned)]
enum Article {
    Draft,
}

fn main() {
    let _: ArticleVersion;
    let _ = Article::Draft;
}

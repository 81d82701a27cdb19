continuum_core::version_tables! {
    #[versioned(derive(Debug))]
    diesel::table! {
        articles (id) {
            id -> Integer,
        }
    }
}

fn main() {
    let _ = articles_version::transaction_id;
}

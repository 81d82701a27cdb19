continuum_core::version_tables! {
    #[versioned(exclude(view_cuont), hidden(id))]
    diesel::table! {
        articles (id) {
            id -> Integer,
            view_count -> Integer,
        }
    }
}

fn main() {
    let _ = articles_version::transaction_id;
}

continuum_core::version_tables! {
    diesel::table! {
        articles (id) {
            id -> Integer,
        }
    }

    diesel::table! {
        users (id) {
            id -> Integer,
        }
    }

    #[versioned]
    diesel::allow_tables_to_appear_in_same_query!(articles, users);
}

fn main() {
    let _ = (articles_version::table, users_version::table);
}

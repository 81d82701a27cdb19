continuum_core::version_tables! {
    diesel::table! {
        articles (id) {
            id -> Integer,
        }
        users (id) {
            id -> Integer,
        }
    }
}

fn main() {}

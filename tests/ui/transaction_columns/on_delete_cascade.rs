diesel::table! {
    users (id) { id -> BigInt, name -> Text, }
}

continuum_core::transaction_columns! {
    user_id -> Nullable<BigInt> references users (id) on delete cascade,
}

fn main() {}

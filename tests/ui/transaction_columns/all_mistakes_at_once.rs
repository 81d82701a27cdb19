continuum_core::transaction_columns! {
    actor -> Nullable<Text>,
    user_id -> BigInt,
    #[sql_name = "USER_ID"]
    user -> Nullable<BigInt>,
}

fn main() {}

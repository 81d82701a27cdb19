diesel::table! {
    pages (id) {
        id -> Integer,
        title -> Nullable<Text>,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
    }
}

continuum_core::version_tables!(
    "it/support/signed_in/schema.rs",
    models = "it/support/signed_in"
);

continuum_core::join_transactions!(pages_version);

continuum_core::transaction_columns! {
    /// The user that was signed in.
    user_id -> Nullable<BigInt> references users (id) on delete set null,
    #[max_length = 16]
    tenant -> Nullable<Binary>,
    #[sql_name = "level, \"of\" it"]
    level -> Nullable<SmallInt>,
    weight -> Nullable<Double>,
    note -> Nullable<Text>,
    day -> Nullable<Date>,
    seen_at -> Nullable<Timestamp>,
    strict -> Nullable<Bool>,
}

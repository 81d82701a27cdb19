//! Users, and what the log says of them.

#![allow(missing_docs, reason = "Diesel's modules have no place for it")]

diesel::table! {
    /// Users.
    users (id) {
        /// The key.
        id -> BigInt,
        /// The name.
        name -> Text,
    }
}

continuum_core::transaction_columns! {
    /// The user that was signed in.
    user_id -> Nullable<BigInt> references users (id) on delete set null,
    /// The tenant that he worked for.
    tenant -> Nullable<Text>,
}

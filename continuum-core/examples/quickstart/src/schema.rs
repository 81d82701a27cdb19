// @generated automatically by Diesel CLI.

diesel::table! {
    articles (id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
    }
}

diesel::table! {
    articles_version (id, transaction_id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
        transaction_id -> BigInt,
        end_transaction_id -> Nullable<BigInt>,
        operation_type -> SmallInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(articles, articles_version);

// @generated automatically by Diesel CLI.

diesel::table! {
    with_subquery (id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
        views -> Integer,
        secret -> Nullable<Text>,
    }
}

diesel::table! {
    with_validity (id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
        views -> Integer,
        secret -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(with_subquery, with_validity,);

continuum_core::version_tables!(
    "it/support/strategies/schema.rs",
    models = "it/support/strategies"
);

continuum_core::join_transactions!(with_subquery_version, with_validity_version);

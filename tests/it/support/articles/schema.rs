// @generated automatically by Diesel CLI.

diesel::table! {
    article_tags (article_id, tag_id) {
        article_id -> Integer,
        tag_id -> Integer,
    }
}

diesel::table! {
    articles (id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
        description -> Nullable<Text>,
    }
}

diesel::table! {
    tags (id) {
        id -> Integer,
        name -> Nullable<Text>,
        article_id -> Nullable<Integer>,
    }
}

diesel::joinable!(article_tags -> articles (article_id));
diesel::joinable!(article_tags -> tags (tag_id));
diesel::joinable!(tags -> articles (article_id));

diesel::allow_tables_to_appear_in_same_query!(article_tags, articles, tags,);

continuum_core::version_tables!(
    "it/support/articles/schema.rs",
    models = "it/support/articles"
);

continuum_core::join_transactions!(articles_version, tags_version);

//! The tables, and those of their versions.

#![allow(missing_docs, reason = "Diesel's modules have no place for it")]

diesel::table! {
    /// Articles.
    articles (id) {
        /// The key.
        id -> Integer,
        /// The title.
        name -> Text,
        /// The text.
        content -> Nullable<Text>,
    }
}

diesel::table! {
    /// Tags of articles.
    tags (id) {
        /// The key.
        id -> Integer,
        /// The article.
        article_id -> Integer,
        /// The word.
        name -> Text,
    }
}

diesel::joinable!(tags -> articles (article_id));
diesel::allow_tables_to_appear_in_same_query!(articles, tags);

diesel::table! {
    /// The log, for joins.
    continuum_transaction (id) {
        /// The key.
        id -> BigInt,
        /// When: UTC, microseconds.
        issued_at -> Timestamp,
        /// Who.
        actor -> Nullable<Text>,
        /// From where.
        remote_addr -> Nullable<Text>,
        /// Why.
        reason -> Nullable<Text>,
        /// Anything else: JSON.
        meta -> Nullable<Text>,
    }
}

continuum_core::version_tables!("src/schema.rs");
continuum_core::join_transactions!(articles_version, tags_version);

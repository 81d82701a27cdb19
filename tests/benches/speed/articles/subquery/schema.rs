// What recording costs: the table.

diesel::table! {
    articles (id) {
        id -> Integer,
        name -> Text,
        content -> Text,
        author_id -> Integer,
        created_at -> Timestamp,
    }
}

continuum_core::version_tables!(
    "benches/speed/articles/subquery/schema.rs",
    models = "benches/speed/articles/subquery"
);

//! The Rust blocks of the guide, each a test; the tests of behaviour are in `it`.

pub mod docs;
mod models;
pub mod schema;

// A page that is not named here is not tested.
macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {$(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../", $file))]
        mod $name {}
    )*};
}

pages! {
    activity: "docs/activity.md",
    configuration: "docs/configuration.md",
    control: "docs/control.md",
    design: "docs/design.md",
    getting_started: "docs/getting-started.md",
    how_it_works: "docs/how-it-works.md",
    mysql: "docs/mysql.md",
    performance: "docs/performance.md",
    postgres: "docs/postgres.md",
    reading: "docs/reading.md",
    relations: "docs/relations.md",
    reverting: "docs/reverting.md",
    sqlite: "docs/sqlite.md",
    stored_format: "docs/stored-format.md",
    transaction_columns: "docs/transaction-columns.md",
}

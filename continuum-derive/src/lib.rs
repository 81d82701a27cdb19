//! The macros of continuum: `#[derive(Versioned)]` and `version_tables!`.
//!
//! Use them through `continuum-core`, which exports both; what they generate speaks of it.

mod ast;
mod check;
mod expand;
mod fallback;
mod query;
mod rebase;
mod row;
mod tables;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Gives a struct that Diesel reads a row into the history of that row.
///
/// ```ignore
/// #[derive(Queryable, Selectable, Identifiable, Versioned)]
/// #[diesel(table_name = crate::schema::articles)]
/// #[versioned(exclude(view_count), hidden(password), derive(Debug))]
/// pub struct Article {
///     pub id: i32,
///     pub name: String,
///     pub view_count: i32,
///     pub password: String,
/// }
/// ```
///
/// It generates
///
/// - `ArticleVersion`: the fields whose history is kept, and `transaction_id`,
///   `end_transaction_id`, `operation_type`, and `password_mod` for the hidden `password`;
/// - `article.versions()`, a query for the versions of this row, the oldest first;
/// - `ArticleVersion::as_of(moment)`, a query for the rows as they were at that moment;
/// - the traits `Versioned` for the struct and `Version` for its version.
///
/// The key comes from `#[diesel(primary_key(…))]`, or is `id`. The struct needs a field for each
/// key column; it need not have a field for every column. Fields keep their visibility, their
/// documentation and what `#[diesel(…)]` says about them.
///
/// # Options
///
/// | `#[versioned(…)]` | |
/// |---|---|
/// | `exclude(a, b)` | these columns are not in the history; changing only them makes no version |
/// | `include(a, b)` | only these columns and the key are in the history |
/// | `hidden(a)` | the column is not in the history; that it changed is, in `a_mod` |
/// | `table_name = path` | the version table; default: beside the table, `articles_version` |
/// | `strategy = "subquery"` | the version table has no `end_transaction_id`; default: `"validity"` |
/// | `derive(Debug, Clone)` | what the generated struct derives, beside Diesel's `Queryable` and `Selectable` |
#[proc_macro_derive(Versioned, attributes(versioned, diesel))]
pub fn derive_versioned(input: TokenStream) -> TokenStream {
    derive_versioned_inner(input.into()).into()
}

fn derive_versioned_inner(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    expand::derive(input)
}

/// The `table!` definitions of version tables, for a schema that `diesel print-schema` does not
/// print.
///
/// From the tables themselves, which are emitted as they are:
///
/// ```ignore
/// version_tables! {
///     #[versioned(exclude(view_count))]
///     diesel::table! {
///         articles (id) { id -> Integer, name -> Text, view_count -> Integer, }
///     }
/// }
/// ```
///
/// Or from a file, for every struct under `src` that derives `Versioned`; what the structs say of
/// the history is taken from there:
///
/// ```ignore
/// // in src/schema.rs
/// version_tables!("src/schema.rs");
/// // in another module
/// version_tables!("src/schema.rs", models = "src", module = crate::schema);
/// ```
///
/// Paths are relative to the package's Cargo.toml. `module` is the module that the file is, and
/// needed where the macro stands in another: types and tables are found by it.
///
/// Version tables may appear in one query with each other and with the tables that they are
/// defined beside.
#[proc_macro]
pub fn version_tables(input: TokenStream) -> TokenStream {
    version_tables_inner(input.into()).into()
}

fn version_tables_inner(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    tables::expand(input)
}

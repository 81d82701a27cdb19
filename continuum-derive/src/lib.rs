//! The macros of continuum: `#[derive(Versioned)]`, `version_tables!` and `transaction_columns!`.
//!
//! Use them through `continuum-core`, which exports them, with examples; what they generate speaks
//! of it.

mod ast;
mod belongs_to;
mod check;
mod expand;
mod fallback;
mod flags;
mod query;
mod rebase;
mod relations;
mod row;
mod tables;
#[cfg(test)]
mod tests;
mod transaction_columns;
mod versions;

use proc_macro::TokenStream;

/// The history of a row, for the struct that Diesel reads the row into.
///
/// The version table has to be defined: `diesel print-schema` prints it, once the migration of
/// `continuum-cli gen-migrations` has run, or [`version_tables!`] makes it.
///
/// For a struct `Article` it generates
///
/// - `ArticleVersion`: the fields whose history is kept, and `transaction_id` (`i64`),
///   `end_transaction_id` (`Option<i64>`), `operation_type` (`Operation`), and `password_mod`
///   (`bool`) for a hidden `password`, with `track_changes` for every column but the key; it derives `Queryable` and `Selectable`;
/// - `article.versions()`, a query for the versions of this row, the oldest first;
/// - `Article::versions_of(&articles)`, the same for many rows, which `grouped_by_key` sorts to them;
/// - `ArticleVersion::as_of(moment)`, a query for the rows as they were at that moment;
/// - `ArticleVersion::revert_to(moment)`, the rows brought back to what they were at that moment;
/// - `TagVersion::belonging_to(&article_version)` and `belonging_to_as_of`, where the model says
///   `#[diesel(belongs_to(…))]`: queries for the children of then;
/// - `version.changed_columns()`, with `track_changes`: the names of the columns that it changed;
/// - `version.hidden_changed()`, where a column is hidden: the names of those that it changed;
/// - the traits `Versioned` for the struct and `Version` for its version.
///
/// The key comes from `#[diesel(primary_key(…))]`, or is `id`. The struct needs a field for each
/// key column; it need not have a field for every column. Fields keep their visibility, their
/// documentation and what `#[diesel(…)]` says about them.
///
/// The options are those of the history, so `continuum-cli` reads them as well: run it after a
/// change of one.
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
/// | `track_changes` | each version says of every column whether it changed it, in `a_mod` |
/// | `derive(Debug, Clone)` | what the generated struct derives, beside Diesel's `Queryable` and `Selectable` |
///
/// # Errors
///
/// All mistakes are reported at once, each where it is made: an unknown option; a column that the
/// table does not have, that two options name, or that is part of the key; a struct that is no
/// row (an enum, a tuple, one with parameters) or lacks a field for the key.
#[proc_macro_derive(Versioned, attributes(versioned, diesel))]
pub fn derive_versioned(input: TokenStream) -> TokenStream {
    derive_versioned_inner(input.into()).into()
}

fn derive_versioned_inner(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    expand::derive(input)
}

/// The `table!` definitions of version tables, from `table!` definitions or from a file that has
/// some.
///
/// Paths are relative to the package's Cargo.toml. `models` is a file or a directory, `src` where
/// nothing is said. `module` is the module that the file is, and needed where the macro stands in
/// another: types and tables are found by it.
///
/// Version tables may appear in one query with each other and with the tables that they are
/// defined beside.
///
/// Leave it away where `diesel print-schema` prints the version tables: a table cannot be defined
/// twice.
///
/// # Errors
///
/// A file that cannot be read or parsed, a table that the file does not have, and the mistakes that
/// [`derive(Versioned)`](derive@Versioned) finds.
#[proc_macro]
pub fn version_tables(input: TokenStream) -> TokenStream {
    version_tables_inner(input.into()).into()
}

fn version_tables_inner(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    tables::expand(input)
}

/// Columns of an application's own in the transaction log.
///
/// `continuum-core` shows what it takes and what it makes.
///
/// # Errors
///
/// A column that is not `Nullable`, or has the name of one that the log has anyway, or of another; one
/// that would delete transactions; a type of which the macro does not know what its values are in Rust.
#[proc_macro]
pub fn transaction_columns(input: TokenStream) -> TokenStream {
    transaction_columns_inner(input.into()).into()
}

fn transaction_columns_inner(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    transaction_columns::expand(input)
}

//! `foreign_key!`, which the command line reads.

/// Names a foreign key for `gen-migrations` that Diesel's `joinable!` cannot: the second one to the same
/// table, one from a table to itself, one of several columns.
///
/// MySQL and MariaDB fire no triggers where a foreign key changes or deletes rows, so there continuum
/// follows the foreign keys that it knows; on the other engines it need not know them. This compiles to
/// nothing. It stands in any file that `gen-migrations` reads, beside the models for example:
/// `diesel print-schema` would overwrite it in its own file. Written as in `joinable!`, with as many
/// columns as the key of the table has that they lead to, in its order:
///
/// ```
/// diesel::table! {
///     categories (id) { id -> Integer, parent_id -> Nullable<Integer>, }
/// }
/// diesel::table! {
///     transfers (id) { id -> Integer, from_id -> Integer, to_id -> Integer, }
/// }
///
/// continuum_core::foreign_key!(categories -> categories (parent_id));
/// continuum_core::foreign_key!(transfers -> categories (from_id));
/// continuum_core::foreign_key!(transfers -> categories (to_id));
/// # fn main() {}
/// ```
///
/// A table or a column that is not there is an error of `gen-migrations`.
#[macro_export]
macro_rules! foreign_key {
    ($($child:ident)::+ -> $($parent:ident)::+ ($($column:ident),+ $(,)?) $(,)?) => {};
}

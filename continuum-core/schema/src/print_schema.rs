//! The Rust names that `diesel print-schema` gives to version tables and their columns.
//!
//! Diesel appends `_` to what cannot be the name of a column or a table: keywords, names that
//! `table!` uses itself, a column with the name of its table. The derive knows only Rust names,
//! so it takes that `_` off again before it adds to a name, and lands where Diesel will.

use crate::names;

/// The Rust name of the version table of a table: `type_version` for `type_`.
pub fn rust_version_table(rust_name: &str) -> String {
    names::version_table(without_reserved(rust_name))
}

/// The Rust name of a column of `table` in `version_table`: both names count, because in
/// `user (id) { user_ }` the column is only renamed for its table.
pub fn rust_version_column(rust_name: &str, table: &str, version_table: &str) -> String {
    let name = without_table(rust_name, table);
    if name == version_table {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// The Rust name of the flag that says that a version changed a column of `table`.
pub fn rust_mod_column(rust_name: &str, table: &str) -> String {
    names::mod_column(without_reserved(without_table(rust_name, table)))
}

fn without_table<'a>(rust_name: &'a str, table: &str) -> &'a str {
    match rust_name.strip_suffix('_') {
        Some(stem) if stem == table => stem,
        _ => rust_name,
    }
}

fn without_reserved(rust_name: &str) -> &str {
    match rust_name.strip_suffix('_') {
        Some(stem) if RESERVED.split(' ').any(|word| word == stem) => stem,
        _ => rust_name,
    }
}

/// What syn takes for no identifier, and Diesel's own list
/// (`diesel_cli/src/infer_schema_internals/inference.rs`).
const RESERVED: &str = "\
    Self abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for if impl in let loop macro match mod move mut override priv \
    pub ref return self static struct super trait true try type typeof unsafe unsized \
    use virtual where while yield table columns is_nullable";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_diesel_appends_to_reserved_names_is_not_inside_longer_names() {
        assert_eq!(rust_version_table("type_"), "type_version");
        assert_eq!(rust_version_table("articles_"), "articles__version");
        assert_eq!(rust_mod_column("match_", "games"), "match_mod");
    }

    #[test]
    fn a_column_with_the_name_of_its_table_is_renamed_only_there() {
        assert_eq!(
            rust_version_column("token_", "token", "token_version"),
            "token"
        );
        assert_eq!(rust_mod_column("token_", "token"), "token_mod");
        assert_eq!(
            rust_version_column("token_version", "token", "token_version"),
            "token_version_"
        );
        assert_eq!(
            rust_version_column("type_", "token", "token_version"),
            "type_"
        );
    }
}

//! `table!` definitions. The only file that knows `diesel_table_macro_syntax`, which calls
//! itself internal to Diesel.

use super::cfg::cfg_of;
use super::error::{Place, SourceError};
use super::walk::{Surroundings, each_item, macro_name};
use crate::model::{Column, SqlType, Table, TableName};
use diesel_table_macro_syntax::{ColumnDef, TableDecl};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Item, ItemMacro};

/// Diesel's key where `table!` names none.
const DEFAULT_KEY: &str = "id";

/// A `table!` definition as it stands in the source. It has no tokens, so that it can be read
/// from a file inside a macro: there, only text passes between the file and the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What it defines.
    pub table: Table,
    /// The modules of the file around it, the outermost first.
    pub modules: Vec<String>,
    /// The arguments of each `#[cfg(…)]` on it and around it.
    pub cfg: Vec<String>,
    /// Its `use` statements.
    pub uses: Vec<String>,
    /// The types of the columns, as they are written.
    pub column_types: Vec<String>,
    /// The line of its name, from 1.
    pub line: usize,
    /// The column of its name, from 1.
    pub column: usize,
}

/// The tables that `table!` defines in the text of a schema.rs, in order.
///
/// Other macros, modules, types and `cfg` around them do not matter; tables inside the body of
/// another macro, like `version_tables!`, are found if that body is made of items.
pub fn tables(source: &str, file: &str) -> Result<Vec<Table>, Vec<SourceError>> {
    let definitions = definitions(source, file)?;
    Ok(definitions.into_iter().map(|found| found.table).collect())
}

/// The `table!` definitions in the text of a schema.rs, in order.
pub fn definitions(source: &str, file: &str) -> Result<Vec<Definition>, Vec<SourceError>> {
    let parsed =
        syn::parse_file(source).map_err(|error| vec![SourceError::not_rust(file, &error)])?;
    let mut found = Vec::new();
    let mut errors = Vec::new();
    each_item(&parsed, |surroundings, item| {
        let Item::Macro(item) = item else { return };
        match Definition::in_surroundings(item, surroundings) {
            None => {}
            Some(Ok(definition)) => found.push(definition),
            Some(Err(error)) => errors.extend(SourceError::from_syn(file, error)),
        }
    });
    if errors.is_empty() {
        Ok(found)
    } else {
        Err(errors)
    }
}

impl Definition {
    /// The definition, if the macro is `table!`.
    pub fn from_item(item: &ItemMacro) -> Option<syn::Result<Self>> {
        Self::in_surroundings(item, &Surroundings::default())
    }

    fn in_surroundings(item: &ItemMacro, around: &Surroundings) -> Option<syn::Result<Self>> {
        if macro_name(&item.mac) != "table" {
            return None;
        }
        let declaration = item.mac.parse_body::<TableDecl>().map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("{error}, in a `table!`; one `table!` defines one table: `articles (id) {{ id -> Integer, }}`"),
            )
        });
        Some(declaration.and_then(|declaration| Self::new(declaration, item, around)))
    }

    fn new(declaration: TableDecl, item: &ItemMacro, around: &Surroundings) -> syn::Result<Self> {
        let columns = declaration
            .column_defs
            .iter()
            .map(column)
            .collect::<syn::Result<Vec<_>>>()?;
        let primary_key = primary_key(&declaration, &columns);
        let place = Place::from(declaration.table_name.span());
        let mut cfg = around.cfg.clone();
        cfg.extend(cfg_of(&item.attrs));
        cfg.extend(cfg_of(&declaration.meta));
        Ok(Self {
            modules: around.modules.clone(),
            cfg,
            uses: text(&declaration.use_statements),
            column_types: text(declaration.column_defs.iter().map(|column| &column.tpe)),
            line: place.line,
            column: place.column,
            table: Table {
                name: TableName {
                    schema: declaration.schema.map(|schema| schema.unraw().to_string()),
                    name: declaration.sql_name,
                },
                rust_name: declaration.table_name.unraw().to_string(),
                columns,
                primary_key,
            },
        })
    }
}

fn column(column: &ColumnDef) -> syn::Result<Column> {
    let max_length = column
        .max_length
        .as_ref()
        .map(|length| length.base10_parse())
        .transpose()?;
    Ok(Column {
        name: column.sql_name.clone(),
        rust_name: column.column_name.unraw().to_string(),
        sql_type: SqlType::new(&column.tpe.to_token_stream().to_string(), max_length),
    })
}

/// `table!` names the key by its Rust names. A name that is no column is kept, so that whoever
/// versions the table hears of it.
fn primary_key(declaration: &TableDecl, columns: &[Column]) -> Vec<String> {
    let sql_name = |rust_name: &str| {
        columns
            .iter()
            .find(|column| column.rust_name == rust_name)
            .map(|column| column.name.clone())
    };
    match &declaration.primary_keys {
        None => sql_name(DEFAULT_KEY).into_iter().collect(),
        Some(key) => key
            .keys
            .iter()
            .map(|ident| ident.unraw().to_string())
            .map(|rust_name| sql_name(&rust_name).unwrap_or(rust_name))
            .collect(),
    }
}

fn text<T: ToTokens>(all: impl IntoIterator<Item = T>) -> Vec<String> {
    all.into_iter()
        .map(|tokens| tokens.to_token_stream().to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(source: &str) -> Definition {
        let mut found = definitions(source, "schema.rs").unwrap();
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    fn names(source: &str) -> Vec<String> {
        let tables = tables(source, "schema.rs").unwrap();
        tables.iter().map(|table| table.name.to_string()).collect()
    }

    #[test]
    fn every_part_of_a_definition_is_read() {
        let found = one(r##"
            #[cfg(feature = "blog")]
            diesel::table! {
                use diesel::sql_types::*;
                use super::sql_types::Mood;
                /// Articles.
                #[sql_name = "Articles"]
                blog.articles (tenant, r#type) {
                    /// The tenant.
                    #[sql_name = "tenant id"]
                    tenant -> Integer,
                    r#type -> diesel::sql_types::Text,
                    #[max_length = 0x50]
                    #[sql_name = "Name"]
                    name -> Nullable<Varchar>,
                    moods -> Array<Nullable<Mood>>,
                }
            }
        "##);
        let column = |name: &str, rust_name: &str, sql_type: &str, max_length| Column {
            name: name.to_owned(),
            rust_name: rust_name.to_owned(),
            sql_type: SqlType::new(sql_type, max_length),
        };
        assert_eq!(
            found.table,
            Table {
                name: TableName {
                    schema: Some("blog".to_owned()),
                    name: "Articles".to_owned(),
                },
                rust_name: "articles".to_owned(),
                columns: vec![
                    column("tenant id", "tenant", "Integer", None),
                    column("type", "type", "diesel::sql_types::Text", None),
                    column("Name", "name", "Nullable<Varchar>", Some(80)),
                    column("moods", "moods", "Array<Nullable<Mood>>", None),
                ],
                primary_key: vec!["tenant id".to_owned(), "type".to_owned()],
            }
        );
        assert_eq!(found.cfg, ["feature = \"blog\""]);
        assert_eq!(found.uses.len(), 2);
        assert_eq!((found.line, found.column), (8, 22));
    }

    #[test]
    fn tables_are_found_whatever_stands_between_them() {
        let source = r#"
            pub mod sql_types {
                #[derive(diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = "mood"))]
                pub struct Mood;
            }
            diesel::table!(a (id) { id -> Integer, });
            table![b { id -> Integer }];
            joinable!(a -> b (id));
            pub mod blog {
                mod inner { diesel::prelude::table! { blog.c (id) { id -> Integer, } } }
            }
            #[cfg(any())]
            mod off { table! { d { id -> Integer } } }
            diesel::allow_tables_to_appear_in_same_query!(a, b,);
            macro_rules! make { ($name:ident) => { table! { $name { id -> Integer } } } }
            continuum_core::version_tables! { #[versioned] table! { e { id -> Integer } } }
            cfg_if! { if #[cfg(x)] { table! { f { id -> Integer } } } else { } }
            fn f() { table! { g { id -> Integer } } }
            #[cfg(test)]
            mod tests { table! { h { id -> Integer } } }
        "#;
        assert_eq!(names(source), ["a", "b", "blog.c", "d", "e", "f", "g"]);
    }

    #[test]
    fn modules_and_conditions_around_a_table_are_kept() {
        let found = one(
            "#[cfg(feature = \"blog\")] mod blog { #[cfg(unix)] mod r#in { table! { a { id -> Integer } } } }",
        );
        assert_eq!(found.modules, ["blog", "in"]);
        assert_eq!(found.cfg, ["feature = \"blog\"", "unix"]);
    }

    #[test]
    fn without_a_key_the_column_id_is_the_key() {
        let key = |source| one(source).table.primary_key;
        assert_eq!(
            key("table! { a { #[sql_name = \"ID\"] id -> Integer } }"),
            ["ID"]
        );
        assert_eq!(key("table! { a { name -> Text } }"), [""; 0]);
        assert_eq!(key("table! { a (nome) { name -> Text } }"), ["nome"]);
    }

    #[test]
    fn printed_version_tables_are_tables_like_others() {
        let source = "
            table! { articles (id) { id -> Integer, } }
            table! { articles_version (id, transaction_id) { id -> Integer, transaction_id -> BigInt, } }
        ";
        assert_eq!(names(source), ["articles", "articles_version"]);
    }

    #[test]
    fn every_broken_definition_is_reported_with_its_place() {
        let source =
            "table! { a { id - Integer } }\n\ntable! { b { id -> Integer } c { id -> Integer } }";
        let errors: Vec<_> = tables(source, "src/schema.rs")
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        let hint =
            "in a `table!`; one `table!` defines one table: `articles (id) { id -> Integer, }`";
        assert_eq!(
            errors,
            [
                format!("src/schema.rs:1:17: expected `->`, {hint}"),
                format!("src/schema.rs:3:30: unexpected token, {hint}"),
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_rust_is_reported_with_its_place() {
        let errors = tables("mod a {\n  fn\n}", "schema.rs").unwrap_err();
        assert_eq!(
            errors[0].to_string(),
            "schema.rs:3:1: this is not Rust: unexpected end of input, expected identifier; `cargo check` \
             says more"
        );
    }
}

//! Foreign keys, from the `joinable!` of a schema.rs.

use super::error::SourceError;
use super::table::definitions;
use super::walk::{each_item, macro_name};
use crate::model::{ForeignKey, Table};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Item, Path, Token, parenthesized};

/// The foreign keys that `joinable!` names between tables in the text of a schema.rs.
///
/// `diesel print-schema` writes none where a table has several to the same table, refers to
/// itself, or to something else than a key.
pub fn foreign_keys(source: &str, file: &str) -> Result<Vec<ForeignKey>, Vec<SourceError>> {
    let tables: Vec<Table> = definitions(source, file)?
        .into_iter()
        .map(|found| found.table)
        .collect();
    let parsed =
        syn::parse_file(source).map_err(|error| vec![SourceError::not_rust(file, &error)])?;
    let mut found = Vec::new();
    each_item(&parsed, |_, item| {
        let Item::Macro(item) = item else { return };
        if macro_name(&item.mac) != "joinable" {
            return;
        }
        // One that is written wrongly is for Diesel to explain.
        if let Ok(join) = item.mac.parse_body::<Joinable>() {
            found.extend(join.between(&tables));
        }
    });
    Ok(found)
}

/// `tags -> articles (article_id)`
struct Joinable {
    child: String,
    parent: String,
    column: String,
}

impl Parse for Joinable {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let child = last_segment(&input.parse()?);
        input.parse::<Token![->]>()?;
        let parent = last_segment(&input.parse()?);
        let column;
        parenthesized!(column in input);
        let column = column.call(syn::Ident::parse_any)?.unraw().to_string();
        input.parse::<Option<Token![,]>>()?;
        Ok(Self {
            child,
            parent,
            column,
        })
    }
}

impl Joinable {
    fn between(&self, tables: &[Table]) -> Option<ForeignKey> {
        let named = |name: &str| tables.iter().find(|table| table.rust_name == name);
        let (child, parent) = (named(&self.child)?, named(&self.parent)?);
        Some(ForeignKey {
            table: child.name.clone(),
            columns: vec![child.column_by_rust_name(&self.column)?.name.clone()],
            parent: parent.name.clone(),
            parent_columns: parent.primary_key.clone(),
        })
        .filter(|key| key.parent_columns.len() == 1)
    }
}

fn last_segment(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joinable_names_the_columns_of_both_tables() {
        let source = r#"
            diesel::table! { articles (nr) { nr -> Integer, } }
            diesel::table! { tags (id) { id -> Integer, #[sql_name = "article"] article_nr -> Integer, } }
            diesel::joinable!(tags -> articles (article_nr));
        "#;
        let found = foreign_keys(source, "schema.rs").unwrap();
        assert_eq!(found[0].table.name, "tags");
        assert_eq!(found[0].columns, ["article"]);
        assert_eq!(found[0].parent.name, "articles");
        assert_eq!(found[0].parent_columns, ["nr"]);
    }
}

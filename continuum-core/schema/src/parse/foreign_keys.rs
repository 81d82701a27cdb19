//! Foreign keys, from the `joinable!` of a schema.rs, and from `foreign_key!` in any file.

use super::error::{Place, SourceError};
use super::nearest::nearest;
use super::walk::{each_item, macro_name};
use crate::model::{ForeignKey, Table};
use crate::versioned::VersionedTable;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Ident, Item, Path, Token, parenthesized};

const JOINABLE: &str = "joinable";
const FOREIGN_KEY: &str = "foreign_key";

/// A foreign key, as a macro names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredKey {
    by: &'static str,
    file: String,
    child: Named,
    columns: Vec<Named>,
    parent: Named,
}

/// A Rust name, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    name: String,
    place: Place,
}

/// What Diesel's `joinable!` names in the text of a schema.rs.
///
/// `diesel print-schema` writes none where a table has several foreign keys to the same table, refers
/// to itself, or to something else than a key.
pub fn joinable(source: &str, file: &str) -> Result<Vec<DeclaredKey>, Vec<SourceError>> {
    declared(source, file, JOINABLE)
}

/// What `foreign_key!` names in the text of a Rust file.
pub fn foreign_key(source: &str, file: &str) -> Result<Vec<DeclaredKey>, Vec<SourceError>> {
    declared(source, file, FOREIGN_KEY)
}

fn declared(
    source: &str,
    file: &str,
    by: &'static str,
) -> Result<Vec<DeclaredKey>, Vec<SourceError>> {
    // A file without the call need not even be readable: it may be a template.
    if !source.contains(&format!("{by}!")) {
        return Ok(Vec::new());
    }
    let parsed =
        syn::parse_file(source).map_err(|error| vec![SourceError::not_rust(file, &error)])?;
    let mut found = Vec::new();
    each_item(&parsed, |_, item| {
        let Item::Macro(item) = item else { return };
        if macro_name(&item.mac) != by {
            return;
        }
        // One that is written wrongly is for the macro to explain.
        if let Ok(key) = item.mac.parse_body::<Reference>() {
            found.push(DeclaredKey {
                by,
                file: file.to_owned(),
                child: key.child,
                columns: key.columns,
                parent: key.parent,
            });
        }
    });
    Ok(found)
}

/// The foreign keys that are declared between these tables, each once.
///
/// A mistake that has nothing to do with a versioned table is left to Diesel.
pub fn foreign_keys(
    tables: &[Table],
    declared: &[DeclaredKey],
    versioned: &[VersionedTable],
) -> Result<Vec<ForeignKey>, Vec<SourceError>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for key in declared {
        match key.between(tables, versioned) {
            Ok(Some(key)) if !found.contains(&key) => found.push(key),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(found)
    } else {
        Err(errors)
    }
}

impl DeclaredKey {
    fn between(
        &self,
        tables: &[Table],
        versioned: &[VersionedTable],
    ) -> Result<Option<ForeignKey>, SourceError> {
        // Of several schemas, some may have a table of the name.
        let named = |name: &Named| -> Vec<&Table> {
            let named = tables.iter().filter(|table| table.rust_name == name.name);
            named.collect()
        };
        let (children, parents) = (named(&self.child), named(&self.parent));
        for (name, found) in [(&self.child, &children), (&self.parent, &parents)] {
            if found.is_empty() {
                return match self.by {
                    FOREIGN_KEY => Err(self.unknown_table(name, tables)),
                    _ => Ok(None),
                };
            }
        }
        let columns_of = |table: &Table| -> Option<Vec<String>> {
            self.columns
                .iter()
                .map(|column| Some(table.column_by_rust_name(&column.name)?.name.clone()))
                .collect()
        };
        let child = children
            .iter()
            .find_map(|table| Some((*table, columns_of(table)?)));
        let Some((child, columns)) = child else {
            let matters = children.iter().chain(&parents).any(|table| {
                let mut names = versioned.iter().map(|versioned| &versioned.table.name);
                names.any(|name| *name == table.name)
            });
            return match matters {
                true => Err(self.unknown_column(children[0])),
                false => Ok(None),
            };
        };
        let parent = parents
            .iter()
            .find(|parent| parent.primary_key.len() == columns.len());
        match parent {
            Some(parent) => Ok(Some(ForeignKey {
                table: child.name.clone(),
                columns,
                parent: parent.name.clone(),
                parent_columns: parent.primary_key.clone(),
            })),
            None if self.by == FOREIGN_KEY => Err(self.other_key(parents[0])),
            None => Ok(None),
        }
    }

    fn unknown_table(&self, name: &Named, tables: &[Table]) -> SourceError {
        let known = tables.iter().map(|table| table.rust_name.as_str());
        let cure = match nearest(&name.name, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "name the module that `table!` makes".to_owned(),
        };
        let message = format!(
            "`{}!` names the table `{}`, but the schema has no `table!` of this name; {cure}",
            self.by, name.name
        );
        SourceError::new(&self.file, name.place, message)
    }

    fn unknown_column(&self, child: &Table) -> SourceError {
        let unknown = self
            .columns
            .iter()
            .find(|column| child.column_by_rust_name(&column.name).is_none());
        let unknown = unknown.unwrap_or(&self.child);
        let known = || child.columns.iter().map(|column| column.rust_name.as_str());
        let cure = match nearest(&unknown.name, known()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!(
                "its columns are: {}",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        let message = format!(
            "`{}!` names the column `{}`, which table {} does not have; {cure}",
            self.by, unknown.name, child.name
        );
        SourceError::new(&self.file, unknown.place, message)
    }

    fn other_key(&self, parent: &Table) -> SourceError {
        let message = format!(
            "`{}!` names another number of columns than the key of {} has; name one for each of: {}",
            self.by,
            parent.name,
            parent.primary_key.join(", ")
        );
        SourceError::new(&self.file, self.parent.place, message)
    }
}

/// `tags -> articles (article_id)`
struct Reference {
    child: Named,
    parent: Named,
    columns: Vec<Named>,
}

impl Parse for Reference {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let child = last_segment(&input.parse()?);
        input.parse::<Token![->]>()?;
        let parent = last_segment(&input.parse()?);
        let columns;
        parenthesized!(columns in input);
        let columns =
            Punctuated::<Ident, Token![,]>::parse_terminated_with(&columns, Ident::parse_any)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self {
            child,
            parent,
            columns: columns.iter().map(named).collect(),
        })
    }
}

fn named(ident: &Ident) -> Named {
    Named {
        name: ident.unraw().to_string(),
        place: ident.span().into(),
    }
}

fn last_segment(path: &Path) -> Named {
    match path.segments.last() {
        Some(segment) => named(&segment.ident),
        None => Named {
            name: String::new(),
            place: path.span().into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{models, tables, versioned_tables};
    use super::*;

    const SCHEMA: &str = r#"
        diesel::table! { articles (nr) { nr -> Integer, } }
        diesel::table! { tags (id) { id -> Integer, #[sql_name = "article"] article_nr -> Integer, parent_id -> Integer, } }
        diesel::table! { lines (a, b) { a -> Integer, b -> Integer, c -> Integer, } }
    "#;

    fn found(declarations: &str) -> Result<Vec<ForeignKey>, Vec<String>> {
        let tables = tables(SCHEMA, "schema.rs").unwrap();
        let models = models("#[derive(Versioned)] struct Tag;", "models.rs").unwrap();
        let versioned = versioned_tables(&tables, &models).unwrap();
        let mut declared = joinable(declarations, "m.rs").unwrap();
        declared.extend(foreign_key(declarations, "m.rs").unwrap());
        foreign_keys(&tables, &declared, &versioned)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn joinable_names_the_columns_of_both_tables() {
        let found = found("diesel::joinable!(tags -> articles (article_nr));").unwrap();
        assert_eq!(found[0].table.name, "tags");
        assert_eq!(found[0].columns, ["article"]);
        assert_eq!(found[0].parent.name, "articles");
        assert_eq!(found[0].parent_columns, ["nr"]);
    }

    #[test]
    fn foreign_key_names_several_to_one_table_and_keys_of_several_columns() {
        let found = found(
            "continuum_core::foreign_key!(tags -> tags (parent_id));
            joinable!(tags -> articles (article_nr));
            mod inner { foreign_key! { crate::schema::tags -> articles (article_nr), } }
            foreign_key!(lines -> lines (b, c));",
        )
        .unwrap();
        let columns: Vec<_> = found.iter().map(|key| key.columns.join(" ")).collect();
        assert_eq!(columns, ["article", "parent_id", "b c"]);
        assert_eq!(found[2].parent_columns, ["a", "b"]);
    }

    #[test]
    fn a_name_that_is_not_there_is_reported_with_the_nearest() {
        assert_eq!(
            found(
                "joinable!(tags -> articles (articlenr));
foreign_key!(tags -> tags (mother));
foreign_key!(tag -> articles (article_nr));
foreign_key!(tags -> lines (parent_id));"
            )
            .unwrap_err(),
            [
                "m.rs:1:29: `joinable!` names the column `articlenr`, which table tags does not \
                 have; did you mean `article_nr`?",
                "m.rs:2:28: `foreign_key!` names the column `mother`, which table tags does not \
                 have; its columns are: id, article_nr, parent_id",
                "m.rs:3:14: `foreign_key!` names the table `tag`, but the schema has no `table!` \
                 of this name; did you mean `tags`?",
                "m.rs:4:22: `foreign_key!` names another number of columns than the key of lines \
                 has; name one for each of: a, b",
            ]
        );
    }

    #[test]
    fn a_mistake_between_tables_that_are_not_versioned_is_not_continuum_s() {
        assert_eq!(found("joinable!(lines -> articles (d));"), Ok(Vec::new()));
        assert_eq!(found("joinable!(others -> tags (d));"), Ok(Vec::new()));
    }
}

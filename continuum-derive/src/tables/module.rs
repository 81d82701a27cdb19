//! Paths of a schema.rs, as seen from where the macro stands.

use crate::ast::named;
use proc_macro2::Span;
use syn::{Ident, ItemUse, Path, Token, UsePath, UseTree};

/// The module that the tables are defined in.
pub(super) struct Module {
    /// Segments from where the macro stands: `self`, or `crate` and so on.
    segments: Vec<Ident>,
}

impl Module {
    /// The module that the macro stands in.
    pub(super) fn here() -> Self {
        Self {
            segments: vec![word("self")],
        }
    }

    /// `module = crate::schema`
    pub(super) fn from_path(path: &Path) -> syn::Result<Self> {
        let segments: Vec<_> = path.segments.iter().map(|s| s.ident.clone()).collect();
        // Inside of `table!`, another beginning would lead elsewhere than outside of it.
        if path.leading_colon.is_some() || !is_one_of(&segments[0], &["crate", "self", "super"]) {
            return Err(syn::Error::new_spanned(
                path,
                "write the path from the root of the crate: `module = crate::schema`",
            ));
        }
        Ok(Self { segments })
    }

    /// The module of the file that has this chain of modules in it.
    pub(super) fn inner(&self, modules: &[String]) -> Self {
        let inner = modules
            .iter()
            .filter_map(|name| named(name, Span::call_site()));
        Self {
            segments: self.segments.iter().cloned().chain(inner).collect(),
        }
    }

    /// The path of something in this module.
    pub(super) fn path_of(&self, name: &Ident) -> Path {
        Path {
            leading_colon: None,
            segments: (self.segments.iter().cloned().chain([name.clone()]))
                .map(syn::PathSegment::from)
                .collect(),
        }
    }

    /// An import of a `table!` in this module, for a `table!` where the macro stands.
    pub(super) fn import(&self, mut import: ItemUse) -> ItemUse {
        if import.leading_colon.is_none() {
            import.tree = self.tree(import.tree);
        }
        import
    }

    fn tree(&self, tree: UseTree) -> UseTree {
        match tree {
            // `super` is the module that the `table!` stands in.
            UseTree::Path(path) if path.ident == "super" => {
                let mut segments = self.segments_inside_table();
                let mut rest = *path.tree;
                while let UseTree::Path(path) = rest {
                    if path.ident != "super" {
                        rest = UseTree::Path(path);
                        break;
                    }
                    leave(&mut segments);
                    rest = *path.tree;
                }
                segments.into_iter().rev().fold(rest, |tree, ident| {
                    UseTree::Path(UsePath {
                        ident,
                        colon2_token: <Token![::]>::default(),
                        tree: Box::new(tree),
                    })
                })
            }
            UseTree::Group(mut group) => {
                group.items = group.items.into_iter().map(|t| self.tree(t)).collect();
                UseTree::Group(group)
            }
            tree => tree,
        }
    }

    /// `table!` makes a module, so that what was here is outside.
    fn segments_inside_table(&self) -> Vec<Ident> {
        let mut segments = self.segments.clone();
        if segments[0] == "self" {
            segments[0] = word("super");
        } else if segments[0] == "super" {
            segments.insert(0, word("super"));
        }
        segments
    }
}

/// From a module to the one around it.
fn leave(segments: &mut Vec<Ident>) {
    if segments
        .last()
        .is_some_and(|last| is_one_of(last, &["crate", "super"]))
    {
        segments.push(word("super"));
    } else {
        segments.pop();
    }
}

fn is_one_of(ident: &Ident, words: &[&str]) -> bool {
    words.iter().any(|word| ident == word)
}

fn word(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens;
    use syn::parse_quote;

    fn import(module: &Module, import: ItemUse) -> String {
        let text = module.import(import).to_token_stream().to_string();
        text.replace(" :: ", "::")
            .replace(" ;", ";")
            .replace(" ,", ",")
    }

    #[test]
    fn super_in_a_table_is_led_to_the_module_of_the_file() {
        let schema = Module::from_path(&parse_quote!(crate::db::schema)).unwrap();
        assert_eq!(
            import(
                &schema,
                parse_quote!(
                    use super::sql_types::Mood;
                )
            ),
            "use crate::db::schema::sql_types::Mood;"
        );
        assert_eq!(
            import(
                &schema,
                parse_quote!(
                    use super::super::types::{A, B};
                )
            ),
            "use crate::db::types::{ A, B };"
        );
        assert_eq!(
            import(
                &schema.inner(&["blog".into()]),
                parse_quote!(
                    use {super::X, diesel::*};
                )
            ),
            "use { crate::db::schema::blog::X, diesel::* };"
        );
        assert_eq!(
            import(
                &schema,
                parse_quote!(
                    use diesel::sql_types::*;
                )
            ),
            "use diesel::sql_types::*;"
        );
    }

    #[test]
    fn where_the_macro_stands_beside_the_tables_little_changes() {
        let here = Module::here();
        assert_eq!(
            import(
                &here,
                parse_quote!(
                    use super::sql_types::Mood;
                )
            ),
            "use super::sql_types::Mood;"
        );
        assert_eq!(
            import(
                &here,
                parse_quote!(
                    use super::super::Mood;
                )
            ),
            "use super::super::Mood;"
        );
        assert_eq!(
            import(
                &here.inner(&["blog".into()]),
                parse_quote!(
                    use super::Mood;
                )
            ),
            "use super::blog::Mood;"
        );
        let above = Module::from_path(&parse_quote!(super::schema)).unwrap();
        assert_eq!(
            import(
                &above,
                parse_quote!(
                    use super::Mood;
                )
            ),
            "use super::super::schema::Mood;"
        );
    }
}

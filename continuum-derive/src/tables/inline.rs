//! `version_tables! { #[versioned(…)] diesel::table! { … } … }`

use super::module::Module;
use super::write::{VersionTable, appear_together};
use crate::fallback;
use continuum_schema::parse::{Definition, VersionedAttr};
use continuum_schema::{Error, Options, VersionedTable};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Item, ItemMacro};

pub(super) fn expand(input: TokenStream) -> TokenStream {
    let items = match syn::parse2::<syn::File>(input) {
        Ok(file) if file.items.is_empty() => {
            return syn::Error::new(Span::call_site(), forms()).into_compile_error();
        }
        Ok(file) => file.items,
        Err(error) => {
            let message = format!("{error}; {}", forms());
            return syn::Error::new(error.span(), message).into_compile_error();
        }
    };
    let mut errors = Vec::new();
    let expanded = expand_items(items, &mut errors);
    let errors = fallback::errors(errors);
    quote!(#expanded #errors)
}

/// The items of one module, and the version tables that belong into it.
fn expand_items(items: Vec<Item>, errors: &mut Vec<syn::Error>) -> TokenStream {
    let mut same = TokenStream::new();
    let mut found: Vec<(Definition, VersionedTable)> = Vec::new();
    for item in items {
        match item {
            Item::Macro(mut item) => {
                match version_table(&item, errors) {
                    Ok(table) => found.extend(table),
                    Err(error) => {
                        // Diesel has no more to say about it.
                        errors.push(error);
                        continue;
                    }
                }
                item.attrs.retain(|a| !a.path().is_ident("versioned"));
                same.extend(quote!(#item));
            }
            Item::Mod(mut module) => {
                let inner = module
                    .content
                    .take()
                    .map(|(_, items)| expand_items(items, errors));
                let (attrs, vis, ident) = (&module.attrs, &module.vis, &module.ident);
                same.extend(match inner {
                    Some(inner) => quote!(#(#attrs)* #vis mod #ident { #inner }),
                    None => quote!(#module),
                });
            }
            item => same.extend(quote!(#item)),
        }
    }
    match write(&found) {
        Ok(tables) => same.extend(tables),
        Err(error) => errors.push(error),
    }
    same
}

fn write(found: &[(Definition, VersionedTable)]) -> syn::Result<TokenStream> {
    let here = Module::here();
    let versions: Vec<_> = found
        .iter()
        .map(|(definition, versioned)| VersionTable {
            definition,
            versioned,
        })
        .collect();
    let definitions: Vec<_> = found.iter().map(|(d, _)| d.clone()).collect();
    let tables = versions
        .iter()
        .map(|version| version.expand(&here))
        .collect::<syn::Result<TokenStream>>()?;
    let pairs = appear_together(&versions, &definitions, &here)?;
    Ok(quote!(#tables #pairs))
}

/// What the history of this table keeps, if it is a `table!`, and one that Diesel takes.
fn version_table(
    item: &ItemMacro,
    errors: &mut Vec<syn::Error>,
) -> syn::Result<Option<(Definition, VersionedTable)>> {
    let Some(definition) = Definition::from_item(item).transpose()? else {
        let misplaced = item.attrs.iter().find(|a| a.path().is_ident("versioned"));
        errors.extend(misplaced.map(|attribute| {
            let message = "not expected here; `#[versioned(…)]` belongs on a `table!`";
            syn::Error::new_spanned(attribute, message)
        }));
        return Ok(None);
    };
    let attr = VersionedAttr::from_attributes(&item.attrs, errors);
    if let Some(derive) = attr.option("derive") {
        errors.push(syn::Error::new(
            derive.span(),
            "a table derives nothing; `derive(…)` belongs on the struct that derives `Versioned`",
        ));
    }
    let table = definition.table.clone();
    let versioned = VersionedTable::new(table.clone(), &attr.options()).or_else(|wrong| {
        let told_by_diesel = |e: &Error| {
            matches!(
                e,
                Error::NoPrimaryKey { .. } | Error::UnknownKeyColumn { .. }
            )
        };
        errors.extend(
            (wrong.iter())
                .filter(|error| !told_by_diesel(error))
                .map(|error| at_token(item, &attr, error)),
        );
        // For the rest of the program there shall be a version table.
        let options = Options {
            strategy: attr.strategy,
            track_changes: attr.track_changes,
            ..Options::default()
        };
        VersionedTable::new(table.clone(), &options)
    });
    Ok(versioned.ok().map(|versioned| (definition, versioned)))
}

fn at_token(item: &ItemMacro, attr: &VersionedAttr, error: &Error) -> syn::Error {
    let named = match error {
        Error::UnknownColumn { option, column, .. } | Error::KeyColumn { option, column, .. } => {
            attr.columns()
                .find(|(by, ident)| by == option && ident.unraw() == *column)
                .map(|(_, ident)| ident.span())
        }
        Error::VersionTableIsTable { .. } => attr.option("table_name").map(|option| option.span()),
        _ => None,
    };
    match named {
        Some(span) => syn::Error::new(span, error),
        None => syn::Error::new_spanned(&item.mac.path, error),
    }
}

fn forms() -> &'static str {
    "write `version_tables!(\"src/schema.rs\")` or \
     `version_tables! { diesel::table! { … } }`"
}

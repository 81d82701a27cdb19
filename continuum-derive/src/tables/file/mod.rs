//! `version_tables!("src/schema.rs", models = "src", module = crate::schema)`

mod args;
mod read;

use super::module::Module;
use super::write::{VersionTable, appear_together};
use crate::fallback;
use args::Args;
use proc_macro2::TokenStream;
use quote::quote;
use read::Source;
use std::path::Path;

pub(super) fn expand(input: TokenStream) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    try_expand(input, Path::new(&root)).unwrap_or_else(fallback::errors)
}

fn try_expand(input: TokenStream, root: &Path) -> Result<TokenStream, Vec<syn::Error>> {
    let args = Args::from_tokens(input)?;
    let read = read::read(root, &args.schema(), &args.models()).map_err(|mistakes| {
        mistakes
            .into_iter()
            .map(|(source, message)| syn::Error::new(args.span_of(source), message))
            .collect::<Vec<_>>()
    })?;
    let here = Module::here();
    let module = args.module.as_ref().unwrap_or(&here);
    let versions = version_tables(&read, args.module.is_some())
        .map_err(|message| vec![syn::Error::new(args.span_of(Source::Schema), message)])?;
    let expand = || -> syn::Result<TokenStream> {
        let tables = versions
            .iter()
            .map(|version| version.expand(module))
            .collect::<syn::Result<TokenStream>>()?;
        let pairs = appear_together(&versions, &read.definitions, module)?;
        let files = &read.files;
        Ok(quote! {
            // Cargo builds again when one of them changes.
            #(const _: &::core::primitive::str = ::core::include_str!(#files);)*
            #tables
            #pairs
        })
    };
    expand().map_err(|error| {
        let span = args.span_of(Source::Schema);
        vec![syn::Error::new(span, error)]
    })
}

/// One for each definition of a versioned table: for two `cfg` there may be two.
fn version_tables(read: &read::Read, elsewhere: bool) -> Result<Vec<VersionTable<'_>>, String> {
    let mut versions: Vec<VersionTable> = Vec::new();
    for versioned in &read.versioned {
        let name = versioned.version_rust_name();
        let beside = |table: &&continuum_schema::parse::Definition| {
            table.modules.is_empty() && table.table.rust_name == name
        };
        if let Some(printed) = read.definitions.iter().find(beside).filter(|_| !elsewhere) {
            return Err(format!(
                "line {} defines `{name}` already, so there is nothing to generate for it; take \
                 that `table!` away, or this macro if `diesel print-schema` prints the version \
                 tables",
                printed.line
            ));
        }
        let clash = |other: &&VersionTable| {
            other.versioned.version_rust_name() == name && other.versioned != versioned
        };
        if let Some(other) = versions.iter().find(clash) {
            return Err(format!(
                "the version tables of {} and {} would both be `{name}`; name one with \
                 `#[versioned(table_name = …)]`, or use `version_tables! {{ … }}` around the \
                 tables in each module",
                other.versioned.table.name, versioned.table.name
            ));
        }
        versions.extend(
            read.definitions
                .iter()
                .filter(|definition| definition.table == versioned.table)
                .map(|definition| VersionTable {
                    definition,
                    versioned,
                }),
        );
    }
    Ok(versions)
}

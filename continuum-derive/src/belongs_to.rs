//! What Diesel's `belonging_to` and `grouped_by` need, so that the versions of many rows are one
//! query.

use crate::ast::{Input, last};
use proc_macro2::TokenStream;
use quote::quote;

/// Diesel's associations have one column, so there are none for a key of several.
///
/// The bounds are those of Diesel's own derive (`diesel_derives/src/associations.rs`): a struct that
/// does not derive `Identifiable` has no association, which is no error.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let ident = &original.ident;
    let has_table = has_table(input);
    let mut keys = input.key_fields();
    let (Some((column, field)), None) = (keys.next(), keys.next()) else {
        return has_table;
    };
    let column = input.version_column(column);
    let (key, ty) = (field.ident, &field.original.ty);
    quote! {
        #has_table
        #[automatically_derived]
        impl<__FK> ::diesel::associations::BelongsTo<#ident> for #version
        where
            __FK: ::core::hash::Hash + ::core::cmp::Eq,
            for<'__a> &'__a #ty: ::core::convert::Into<::core::option::Option<&'__a __FK>>,
            for<'__a> &'__a #ident: ::diesel::associations::Identifiable<Id = &'__a __FK>,
        {
            type ForeignKey = __FK;
            type ForeignKeyColumn = #version_table::#column;
            fn foreign_key(&self) -> ::core::option::Option<&Self::ForeignKey> {
                ::core::convert::Into::into(&self.#key)
            }
            fn foreign_key_column() -> Self::ForeignKeyColumn {
                #version_table::#column
            }
        }
    }
}

/// Diesel's `Identifiable` says it as well.
fn has_table(input: &Input) -> TokenStream {
    let mut derives = input.attr.derives.iter();
    if derives.any(|path| last(path) == "Identifiable") {
        return TokenStream::new();
    }
    let (version, version_table) = (&input.version, &input.version_table);
    quote! {
        #[automatically_derived]
        impl ::diesel::associations::HasTable for #version {
            type Table = VersionTable;
            fn table() -> Self::Table {
                #version_table::table
            }
        }
    }
}

//! What a version says of the columns that it changed.

use crate::ast::Input;
use crate::row;
use proc_macro2::TokenStream;
use quote::quote;

/// The flags by the columns that they are of: only with `track_changes`.
pub(crate) fn table(input: &Input) -> Option<TokenStream> {
    if !input.attr.track_changes {
        return None;
    }
    let version_table = &input.version_table;
    let pairs = row::flagged(input).into_iter().map(|(column, field)| {
        let flag = row::flag_of(input, column);
        let column = input.version_column(column);
        let conditions = field.conditions();
        quote! {
            #(#conditions)*
            (
                <#version_table::#column as ::diesel::Column>::NAME,
                <#version_table::#flag as ::diesel::Column>::NAME,
            )
        }
    });
    Some(quote! {
        const FLAGS: &'static [(&'static str, &'static str)] = &[#(#pairs,)*];
    })
}

/// Only where something is hidden.
pub(crate) fn hidden_changed(input: &Input) -> TokenStream {
    if input.attr.hidden.is_empty() {
        return TokenStream::new();
    }
    let (vis, version, table) = (&input.original.vis, &input.version, &input.table);
    let hidden = &input.attr.hidden;
    let flags = hidden.iter().map(|column| row::flag_of(input, column));
    quote! {
        #[allow(dead_code)]
        impl #version {
            /// The names of the hidden columns that this version changed: of an insert, those that
            /// are not NULL; of a delete, all.
            #vis fn hidden_changed(&self) -> ::std::vec::Vec<&'static str> {
                [#((
                    self.#flags,
                    <#table::columns::#hidden as ::diesel::Column>::NAME,
                )),*]
                    .into_iter()
                    .filter(|(changed, _)| *changed)
                    .map(|(_, name)| name)
                    .collect()
            }
        }
    }
}

/// Only with `track_changes`.
pub(crate) fn changed_columns(input: &Input) -> TokenStream {
    if !input.attr.track_changes {
        return TokenStream::new();
    }
    let (vis, version, table) = (&input.original.vis, &input.version, &input.table);
    let tracked = row::flagged(input)
        .into_iter()
        .map(|(column, field)| (column, field.conditions().collect()));
    let hidden = input.attr.hidden.iter().map(|column| (column, Vec::new()));
    let pairs = tracked.chain(hidden).map(|(column, conditions)| {
        let flag = row::flag_of(input, column);
        quote! {
            #(#conditions)*
            (self.#flag, <#table::columns::#column as ::diesel::Column>::NAME)
        }
    });
    quote! {
        #[allow(dead_code)]
        impl #version {
            /// The names of the columns that this version changed: of an insert, those that are not
            /// NULL; of a delete, all. The key, which does not change, is not among them.
            #vis fn changed_columns(&self) -> ::std::vec::Vec<&'static str> {
                let flags: &[(bool, &'static str)] = &[#(#pairs,)*];
                flags
                    .iter()
                    .filter(|(changed, _)| *changed)
                    .map(|(_, name)| *name)
                    .collect()
            }
        }
    }
}

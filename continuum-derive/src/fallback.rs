//! What is emitted beside errors.

use crate::ast::version_ident;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// A struct under the name that the rest of the program may use, when no version can be made:
/// one mistake shall be one error.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let vis = &input.vis;
    let version = version_ident(&input.ident);
    quote! {
        #[allow(dead_code, missing_docs)]
        #vis struct #version;
    }
}

/// All errors, each at its token.
pub(crate) fn errors(errors: Vec<syn::Error>) -> TokenStream {
    errors
        .into_iter()
        .map(|error| error.into_compile_error())
        .collect()
}

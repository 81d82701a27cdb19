//! From the tokens of the struct to the tokens of its version.

use crate::ast::Input;
use crate::{check, fallback, query, row};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Beside errors stands whatever can be made without what they are about, so that the rest of
/// the program finds what it uses, and one mistake is one error.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Vec::new();
    let expanded = match Input::from_syn(&input, &mut errors) {
        None => fallback::expand(&input),
        Some(mut input) => {
            check::check(&mut input, &mut errors);
            let (row, queries) = (row::expand(&input), query::expand(&input));
            quote!(#row #queries)
        }
    };
    let errors = fallback::errors(errors);
    quote!(#errors #expanded)
}

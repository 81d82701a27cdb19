//! `version_tables!`.

mod file;
mod inline;
mod module;
mod write;

use proc_macro2::TokenStream;
use syn::LitStr;
use syn::parse::{ParseStream, Parser};

/// From a path, or from the `table!` definitions themselves.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let starts_with_path = (|input: ParseStream| {
        let path = input.peek(LitStr);
        input.parse::<TokenStream>()?;
        Ok(path)
    })
    .parse2(input.clone());
    if starts_with_path.unwrap_or(false) {
        file::expand(input)
    } else {
        inline::expand(input)
    }
}

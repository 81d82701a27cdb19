//! `#[cfg(…)]` and `#[cfg_attr(…)]`.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The arguments of the `#[cfg(…)]` among these attributes.
pub(super) fn cfg_of(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::List(list) => Some(list.tokens.to_string()),
            _ => None,
        })
        .collect()
}

/// The attributes as they are when every condition of a `#[cfg_attr(condition, …)]` holds: what
/// is switched on by a feature is seen, whatever features this run has.
pub(super) fn switched_on(attributes: &[Attribute]) -> Vec<Meta> {
    attributes
        .iter()
        .flat_map(|attribute| switched_on_meta(&attribute.meta))
        .collect()
}

fn switched_on_meta(meta: &Meta) -> Vec<Meta> {
    let list = match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => list,
        _ => return vec![meta.clone()],
    };
    match list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
        Ok(inner) => inner.iter().skip(1).flat_map(switched_on_meta).collect(),
        // The compiler says what is wrong with it.
        Err(_) => Vec::new(),
    }
}

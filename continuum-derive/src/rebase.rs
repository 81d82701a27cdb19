//! Making an expression about a table one about its version table.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

/// The tokens with every path into the table led into the version table: with `from` as
/// `crate::schema::articles`, `articles::name` and `crate::schema::articles::name` are both
/// paths into it.
pub(crate) fn rebase(tokens: TokenStream, from: &Path, to: &Path) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rebased = TokenStream::new();
    let mut index = 0;
    while index < tokens.len() {
        let inside = index >= 2 && is_colons(&tokens[index - 2..]);
        match &tokens[index] {
            TokenTree::Ident(_) if !inside => {
                let length = table_path_length(&tokens[index..], from);
                if length > 0 {
                    to.to_tokens(&mut rebased);
                    index += length;
                    continue;
                }
                rebased.extend([tokens[index].clone()]);
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rebase(group.stream(), from, to));
                inner.set_span(group.span());
                rebased.extend([TokenTree::Group(inner)]);
            }
            token => rebased.extend([token.clone()]),
        }
        index += 1;
    }
    rebased
}

/// Whether a path into the table is among the tokens.
pub(crate) fn leads_into(tokens: TokenStream, table: &Path) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => leads_into(group.stream(), table),
        TokenTree::Ident(_) => {
            let inside = index >= 2 && is_colons(&tokens[index - 2..]);
            !inside && table_path_length(&tokens[index..], table) > 0
        }
        _ => false,
    })
}

/// How many tokens at the beginning are a path to the table that goes on behind it.
fn table_path_length(tokens: &[TokenTree], table: &Path) -> usize {
    let table: Vec<&Ident> = table
        .segments
        .iter()
        .map(|segment| &segment.ident)
        .collect();
    (0..table.len())
        .map(|first| &table[first..])
        .find(|path| goes_through(tokens, path))
        // `a::b::`: an identifier and two colons each, less the last colons.
        .map_or(0, |path| path.len() * 3 - 2)
}

fn goes_through(tokens: &[TokenTree], path: &[&Ident]) -> bool {
    path.iter().enumerate().all(|(index, segment)| {
        let rest = tokens.get(index * 3..).unwrap_or_default();
        matches!(rest, [TokenTree::Ident(ident), behind @ ..] if ident == *segment && is_colons(behind))
    })
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(a), TokenTree::Punct(b), ..]
        if a.as_char() == ':' && b.as_char() == ':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::parse_quote;

    #[test]
    fn only_paths_into_the_table_are_led_elsewhere() {
        let from: Path = parse_quote!(crate::schema::articles);
        let to: Path = parse_quote!(crate::history::articles_version);
        let rebased = rebase(
            quote!(
                f(
                    articles::name.eq(crate::schema::articles::b),
                    schema::articles::c
                ),
                users::articles::x,
                articles,
                articles.b,
                self::articles::d
            ),
            &from,
            &to,
        );
        let expected = quote!(
            f(
                crate::history::articles_version::name.eq(crate::history::articles_version::b),
                crate::history::articles_version::c
            ),
            users::articles::x,
            articles,
            articles.b,
            self::articles::d
        );
        assert_eq!(rebased.to_string(), expected.to_string());
    }

    #[test]
    fn paths_into_the_table_are_told_from_others() {
        let table: Path = parse_quote!(crate::schema::articles);
        for (tokens, leads) in [
            (quote!(lower(articles::name)), true),
            (quote!(schema::articles::a + authors::b), true),
            (quote!(authors::name.nullable()), false),
            (quote!(authors::articles::name), false),
            (quote!(articles), false),
        ] {
            assert_eq!(leads_into(tokens.clone(), &table), leads, "{tokens}");
        }
    }
}

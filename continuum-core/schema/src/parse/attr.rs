//! The grammar of `#[versioned(…)]`.
//!
//! Nothing here stops at the first mistake: all of them are collected, each at its token, so
//! that one run of the compiler, or of the command line, shows them all. What is wrong is left
//! out of the result.

use super::cfg::switched_on;
use super::nearest::nearest;
use crate::versioned::{Options, Strategy};
use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, MetaList, Path, Token, parenthesized, token};

/// What `#[versioned(…)]` says, with the tokens that say it.
#[derive(Debug, Clone, Default)]
pub struct VersionedAttr {
    /// `exclude(…)`.
    pub exclude: Vec<Ident>,
    /// `include(…)`.
    pub include: Option<Vec<Ident>>,
    /// `hidden(…)`.
    pub hidden: Vec<Ident>,
    /// `table_name = …`.
    pub table_name: Option<Path>,
    /// `strategy = "…"`.
    pub strategy: Strategy,
    /// `track_changes`.
    pub track_changes: bool,
    /// `derive(…)`: what the generated struct derives.
    pub derives: Vec<Path>,
    seen: Vec<Ident>,
}

const EXCLUDE: &str = "exclude";
const INCLUDE: &str = "include";
const HIDDEN: &str = "hidden";
const TABLE_NAME: &str = "table_name";
const STRATEGY: &str = "strategy";
const TRACK_CHANGES: &str = "track_changes";
const DERIVE: &str = "derive";

/// Every option, with the form that it has.
const FORMS: &[(&str, &str)] = &[
    (EXCLUDE, "exclude(view_count)"),
    (INCLUDE, "include(name, content)"),
    (HIDDEN, "hidden(password)"),
    (TABLE_NAME, "table_name = crate::schema::articles_version"),
    (STRATEGY, "strategy = \"subquery\""),
    (TRACK_CHANGES, "track_changes"),
    (DERIVE, "derive(Debug, Clone)"),
];

impl VersionedAttr {
    /// What all `#[versioned(…)]` among the attributes of a struct say together.
    pub fn from_attributes(attributes: &[Attribute], errors: &mut Vec<syn::Error>) -> Self {
        let mut found = Self::default();
        for meta in switched_on(attributes) {
            if !meta.path().is_ident("versioned") {
                continue;
            }
            match &meta {
                Meta::Path(_) => {}
                Meta::List(list) => found.read(list, errors),
                Meta::NameValue(value) => errors.push(syn::Error::new_spanned(
                    value,
                    with_form("expected options in parentheses", EXCLUDE),
                )),
            }
        }
        found.check_columns(errors);
        found
    }

    /// The same without tokens, and without what concerns only the generated struct.
    pub fn options(&self) -> Options {
        let names = |idents: &[Ident]| idents.iter().map(name_of).collect();
        Options {
            exclude: names(&self.exclude),
            include: self.include.as_deref().map(names),
            hidden: names(&self.hidden),
            version_table: self
                .table_name
                .as_ref()
                .and_then(|path| path.segments.last())
                .map(|segment| name_of(&segment.ident)),
            strategy: self.strategy,
            track_changes: self.track_changes,
        }
    }

    /// The token that gives this option, if it is given.
    pub fn option(&self, word: &str) -> Option<&Ident> {
        self.seen.iter().find(|option| *option == word)
    }

    /// The columns that are named, each with the option that names it.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &Ident)> {
        let include = self.include.iter().flatten();
        (self.exclude.iter().map(|ident| (EXCLUDE, ident)))
            .chain(include.map(|ident| (INCLUDE, ident)))
            .chain(self.hidden.iter().map(|ident| (HIDDEN, ident)))
    }

    fn read(&mut self, list: &MetaList, errors: &mut Vec<syn::Error>) {
        let all = |input: ParseStream| {
            while !input.is_empty() {
                if let Err(error) = self.read_option(input, errors) {
                    errors.push(error);
                }
                skip_past_comma(input);
            }
            Ok(())
        };
        if let Err(error) = list.parse_args_with(all) {
            errors.push(error);
        }
    }

    fn read_option(&mut self, input: ParseStream, errors: &mut Vec<syn::Error>) -> syn::Result<()> {
        let Ok(word) = input.call(Ident::parse_any) else {
            let message = format!("expected an option, one of {}", all_options());
            return Err(syn::Error::new(input.span(), message));
        };
        let option = word.to_string();
        if FORMS.iter().all(|(known, _)| *known != option) {
            return Err(unknown_option(&word));
        }
        if self.option(&option).is_some() {
            errors.push(syn::Error::new(
                word.span(),
                format!("`{option}` is given twice; give it once"),
            ));
        } else {
            self.seen.push(word.clone());
        }
        match option.as_str() {
            // #[versioned(exclude(view_count))]
            EXCLUDE => self.exclude.extend(list(input, &word, errors)?),
            // #[versioned(include(name, content))]
            INCLUDE => {
                let columns = list(input, &word, errors)?;
                self.include.get_or_insert_default().extend(columns);
            }
            // #[versioned(hidden(password))]
            HIDDEN => self.hidden.extend(list(input, &word, errors)?),
            // #[versioned(derive(Debug, Clone))]
            DERIVE => self.derives.extend(list(input, &word, errors)?),
            // #[versioned(table_name = crate::schema::articles_version)]
            TABLE_NAME => self.table_name = Some(value(input, &word)?),
            // #[versioned(track_changes)]
            TRACK_CHANGES => self.track_changes = true,
            // #[versioned(strategy = "subquery")]
            _ => self.strategy = strategy(&value(input, &word)?)?,
        }
        if input.is_empty() || input.peek(Token![,]) {
            Ok(())
        } else {
            let message = with_form("expected `,` and the next option", &option);
            Err(syn::Error::new(input.span(), message))
        }
    }

    fn check_columns(&self, errors: &mut Vec<syn::Error>) {
        let columns: Vec<_> = self.columns().map(|(_, ident)| ident).collect();
        for (index, ident) in columns.iter().enumerate() {
            let name = name_of(ident);
            if columns[..index].iter().any(|other| name_of(other) == name) {
                errors.push(syn::Error::new(
                    ident.span(),
                    format!(
                        "the column `{name}` is named twice; name it once, in one of \
                         `exclude`, `include` and `hidden`"
                    ),
                ));
            }
        }
    }
}

/// `(a, b)`, less the elements that are wrong.
fn list<T: Parse>(
    input: ParseStream,
    word: &Ident,
    errors: &mut Vec<syn::Error>,
) -> syn::Result<Vec<T>> {
    if !input.peek(token::Paren) {
        return Err(wrong_form(input, word, "expected a list in parentheses"));
    }
    let content;
    parenthesized!(content in input);
    let mut found = Vec::new();
    while !content.is_empty() {
        let span = content.span();
        match content.parse() {
            Ok(_) if !content.is_empty() && !content.peek(Token![,]) => {
                errors.push(wrong_form(&content, word, "expected `,`"));
            }
            Ok(element) => found.push(element),
            Err(error) => errors.push(syn::Error::new(
                span,
                with_form(&error.to_string(), &word.to_string()),
            )),
        }
        skip_past_comma(&content);
    }
    Ok(found)
}

/// `= value`
fn value<T: Parse>(input: ParseStream, word: &Ident) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(wrong_form(input, word, "expected `=` and a value"));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() {
        return Err(wrong_form(input, word, "expected a value after `=`"));
    }
    let span = input.span();
    input
        .parse()
        .map_err(|error| syn::Error::new(span, with_form(&error.to_string(), &word.to_string())))
}

fn strategy(word: &LitStr) -> syn::Result<Strategy> {
    Strategy::from_word(&word.value()).ok_or_else(|| {
        let message = format!(
            "unknown strategy; it is either \"{}\", with the end of each version in its row, or \
             \"{}\", without",
            Strategy::Validity.as_str(),
            Strategy::Subquery.as_str()
        );
        syn::Error::new(word.span(), message)
    })
}

fn unknown_option(word: &Ident) -> syn::Error {
    let name = name_of(word);
    let guess = nearest(&name, FORMS.iter().map(|(known, _)| *known))
        .map(|known| format!("did you mean `{known}`? "))
        .unwrap_or_default();
    syn::Error::new(
        word.span(),
        format!(
            "unknown option `{name}`; {guess}the options are {}",
            all_options()
        ),
    )
}

/// At the next token, or at the option when there is none: the end of the input has no place.
fn wrong_form(input: ParseStream, word: &Ident, what: &str) -> syn::Error {
    let span = if input.is_empty() {
        word.span()
    } else {
        input.span()
    };
    syn::Error::new(span, with_form(what, &word.to_string()))
}

fn with_form(what: &str, option: &str) -> String {
    let form = FORMS
        .iter()
        .find(|(known, _)| *known == option)
        .map(|(_, form)| *form)
        .unwrap_or_default();
    format!("{what}; the correct format looks like `#[versioned({form})]`")
}

fn all_options() -> String {
    let words: Vec<_> = FORMS
        .iter()
        .map(|(known, _)| format!("`{known}`"))
        .collect();
    words.join(", ")
}

fn skip_past_comma(input: ParseStream) {
    while !input.is_empty() {
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == ',' => return,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// The name without `r#`.
pub(super) fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn read(attribute: Attribute) -> (VersionedAttr, Vec<String>) {
        let mut errors = Vec::new();
        let found = VersionedAttr::from_attributes(&[attribute], &mut errors);
        (found, errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_option_is_read() {
        let (found, errors) = read(parse_quote!(
            #[versioned(
                exclude(a, r#type),
                include(b,),
                hidden(c),
                table_name = crate::schema::log,
                strategy = "subquery",
                track_changes,
                derive(Debug, serde::Serialize),
            )]
        ));
        assert_eq!(errors, [""; 0]);
        assert_eq!(
            found.options(),
            Options {
                exclude: vec!["a".into(), "type".into()],
                include: Some(vec!["b".into()]),
                hidden: vec!["c".into()],
                version_table: Some("log".into()),
                strategy: Strategy::Subquery,
                track_changes: true,
            }
        );
        assert_eq!(found.derives.len(), 2);
    }

    #[test]
    fn options_under_cfg_attr_count() {
        let (found, errors) =
            read(parse_quote!(#[cfg_attr(feature = "history", versioned(exclude(a)))]));
        assert_eq!(errors, [""; 0]);
        assert_eq!(found.options().exclude, ["a"]);
    }

    #[test]
    fn every_mistake_is_reported_and_the_rest_is_read() {
        let (found, errors) = read(parse_quote!(
            #[versioned(
                exlude(a),
                exclude = a,
                include("b", c),
                hidden(d e, f),
                strategy = "log",
                table_name = "x",
                derive,
                track_changes = false,
                hidden(g, c)
            )]
        ));
        assert_eq!(
            errors,
            [
                "unknown option `exlude`; did you mean `exclude`? the options are `exclude`, `include`, `hidden`, `table_name`, `strategy`, `track_changes`, `derive`",
                "expected a list in parentheses; the correct format looks like `#[versioned(exclude(view_count))]`",
                "expected identifier; the correct format looks like `#[versioned(include(name, content))]`",
                "expected `,`; the correct format looks like `#[versioned(hidden(password))]`",
                "unknown strategy; it is either \"validity\", with the end of each version in its \
                 row, or \"subquery\", without",
                "expected identifier; the correct format looks like `#[versioned(table_name = crate::schema::articles_version)]`",
                "expected a list in parentheses; the correct format looks like `#[versioned(derive(Debug, Clone))]`",
                "expected `,` and the next option; the correct format looks like `#[versioned(track_changes)]`",
                "`hidden` is given twice; give it once",
                "the column `c` is named twice; name it once, in one of `exclude`, `include` and \
                 `hidden`",
            ]
        );
        assert_eq!(found.options().include, Some(vec!["c".to_owned()]));
        assert_eq!(found.options().hidden, ["f", "g", "c"]);
    }

    #[test]
    fn an_option_without_its_value_shows_the_right_form() {
        for attribute in [
            parse_quote!(#[versioned(exclude)]),
            parse_quote!(#[versioned(strategy)]),
            parse_quote!(#[versioned(strategy =)]),
            parse_quote!(#[versioned = "exclude"]),
        ] {
            let (_, errors) = read(attribute);
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(
                errors[0].contains("the correct format looks like"),
                "{errors:?}"
            );
        }
    }
}

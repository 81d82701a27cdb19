//! What of `#[diesel(…)]` matters for the history. The rest is Diesel's to read.

use super::cfg::switched_on;
use proc_macro2::{Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Meta, Path, Token};

/// What `#[diesel(…)]` says about a struct.
#[derive(Debug, Clone, Default)]
pub struct DieselAttr {
    /// `table_name = …`
    pub table_name: Option<Path>,
    /// `primary_key(…)`, with the place of the option.
    pub primary_key: Option<(Span, Vec<Ident>)>,
    /// `check_for_backend(…)`: the parentheses and what stands in them.
    pub check_for_backend: Option<TokenStream>,
    /// `belongs_to(…)`, each.
    pub belongs_to: Vec<BelongsTo>,
}

/// `belongs_to(Parent, foreign_key = parent_id)`
#[derive(Debug, Clone)]
pub struct BelongsTo {
    /// The struct of the parent.
    pub parent: Path,
    /// The column that refers to it; where none is named, the one that Diesel takes.
    pub foreign_key: Ident,
}

impl Parse for BelongsTo {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let content;
        syn::parenthesized!(content in input);
        let parent = content.call(Path::parse_mod_style)?;
        if content.is_empty() {
            let name = parent.segments.last().map(|segment| &segment.ident);
            let name = name.ok_or_else(|| content.error("a struct"))?;
            let column = snake_case(&name.unraw().to_string()) + "_id";
            let foreign_key = Ident::new(&column, name.span());
            return Ok(Self {
                parent,
                foreign_key,
            });
        }
        content.parse::<Token![,]>()?;
        content.call(Ident::parse_any)?;
        content.parse::<Token![=]>()?;
        let foreign_key = content.parse()?;
        content.parse::<Option<Token![,]>>()?;
        Ok(Self {
            parent,
            foreign_key,
        })
    }
}

/// What `#[diesel(…)]` says about a field.
#[derive(Debug, Clone, Default)]
pub struct DieselFieldAttr {
    /// `column_name = …`, without `r#`.
    pub column_name: Option<(Span, String)>,
    /// `embed`
    pub embed: Option<Span>,
    /// `select_expression = …`
    pub select_expression: Option<Span>,
}

impl DieselAttr {
    /// What all `#[diesel(…)]` among the attributes of a struct say together.
    pub fn from_attributes(attributes: &[Attribute], errors: &mut Vec<syn::Error>) -> Self {
        let mut found = Self::default();
        for (word, value) in options(attributes) {
            let read = match word.to_string().as_str() {
                "table_name" => found.read_table_name(&word, value),
                "primary_key" => found.read_primary_key(&word, value),
                "check_for_backend" => {
                    found.check_for_backend = Some(value);
                    Ok(())
                }
                // What is wrong with it, Diesel tells. Structs with parameters have no versions.
                "belongs_to" => {
                    found.belongs_to.extend(syn::parse2::<BelongsTo>(value));
                    Ok(())
                }
                _ => Ok(()),
            };
            errors.extend(read.err());
        }
        if found.table_name.is_none() {
            errors.extend(old_table_name(attributes));
        }
        found
    }

    fn read_table_name(&mut self, word: &Ident, value: TokenStream) -> syn::Result<()> {
        let path = Parser::parse2(
            |input: ParseStream| {
                input.parse::<Token![=]>()?;
                input.call(Path::parse_mod_style)
            },
            value,
        );
        let path = path.map_err(|_| wrong_form(word, "table_name = crate::schema::articles"))?;
        if self.table_name.is_some() {
            return Err(syn::Error::new(
                word.span(),
                "a versioned struct belongs to one table; take this `table_name` away, or derive \
                 `Versioned` for a struct of its own",
            ));
        }
        self.table_name = Some(path);
        Ok(())
    }

    fn read_primary_key(&mut self, word: &Ident, value: TokenStream) -> syn::Result<()> {
        let keys = Parser::parse2(
            |input: ParseStream| {
                let content;
                syn::parenthesized!(content in input);
                Punctuated::<Ident, Token![,]>::parse_terminated(&content)
            },
            value,
        );
        let keys = keys.map_err(|_| wrong_form(word, "primary_key(id1, id2)"))?;
        self.primary_key = Some((word.span(), keys.into_iter().collect()));
        Ok(())
    }
}

impl DieselFieldAttr {
    /// What all `#[diesel(…)]` among the attributes of a field say together.
    pub fn from_attributes(attributes: &[Attribute]) -> Self {
        let mut found = Self::default();
        for (word, value) in options(attributes) {
            match word.to_string().as_str() {
                "column_name" => found.column_name = syn::parse2(value).map(ColumnName::into).ok(),
                "embed" => found.embed = Some(word.span()),
                "select_expression" => found.select_expression = Some(word.span()),
                _ => {}
            }
        }
        found
    }
}

/// `= name` or `= "name"`
struct ColumnName(Span, String);

impl From<ColumnName> for (Span, String) {
    fn from(ColumnName(span, name): ColumnName) -> Self {
        (span, name)
    }
}

impl Parse for ColumnName {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            let text = name.value();
            let text = text.strip_prefix("r#").unwrap_or(&text);
            return Ok(Self(name.span(), text.to_owned()));
        }
        let name: Ident = input.parse()?;
        Ok(Self(name.span(), name.unraw().to_string()))
    }
}

/// The table that Diesel takes for a struct that names none: `blog_posts` for `BlogPost`
/// (`diesel_derives/src/model.rs`, `infer_table_name`).
pub fn inferred_table(struct_name: &str) -> String {
    snake_case(struct_name) + "s"
}

fn snake_case(struct_name: &str) -> String {
    let mut name = String::with_capacity(struct_name.len() + 4);
    for (index, character) in struct_name.chars().enumerate() {
        if index > 0 && character.is_uppercase() {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// The options of all `#[diesel(…)]`, each with the tokens up to the next comma.
fn options(attributes: &[Attribute]) -> Vec<(Ident, TokenStream)> {
    let mut found = Vec::new();
    for meta in switched_on(attributes) {
        if let Meta::List(list) = meta {
            if list.path.is_ident("diesel") {
                found.extend(split(list.tokens));
            }
        }
    }
    found
}

fn split(tokens: TokenStream) -> Vec<(Ident, TokenStream)> {
    let mut found: Vec<(Ident, TokenStream)> = Vec::new();
    let mut starts = true;
    // A comma between angle brackets belongs to a type: `deserialize_as = Map<A, B>`.
    let mut depth = 0_usize;
    let mut after_minus = false;
    for token in tokens {
        let mut minus = false;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if depth == 0 => {
                    starts = true;
                    continue;
                }
                '<' => depth += 1,
                '>' if !after_minus => depth = depth.saturating_sub(1),
                '-' => minus = punct.spacing() == Spacing::Joint,
                _ => {}
            }
        }
        after_minus = minus;
        match token {
            TokenTree::Ident(word) if starts => found.push((word, TokenStream::new())),
            token => {
                if let Some((_, value)) = found.last_mut() {
                    value.extend([token]);
                }
            }
        }
        starts = false;
    }
    found
}

/// `#[table_name = "…"]`, which Diesel 1 had; unseen, it would lead to another table.
fn old_table_name(attributes: &[Attribute]) -> Option<syn::Error> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("table_name"))?;
    let message = "`#[table_name = …]` is the form of Diesel 1; \
                   write `#[diesel(table_name = …)]`";
    Some(syn::Error::new_spanned(attribute, message))
}

fn wrong_form(word: &Ident, form: &str) -> syn::Error {
    let message = format!("the correct format looks like `#[diesel({form})]`");
    syn::Error::new(word.span(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_table_is_inferred_as_diesel_infers_it() {
        assert_eq!(inferred_table("Foo"), "foos");
        assert_eq!(inferred_table("FooBarBaz"), "foo_bar_bazs");
        assert_eq!(inferred_table("Ärger"), "ärgers");
    }

    #[test]
    fn options_between_others_are_found() {
        let mut errors = Vec::new();
        let found = DieselAttr::from_attributes(
            &[
                parse_quote!(#[diesel(belongs_to(Foo, foreign_key = foo_id), primary_key(a, r#b))]),
                parse_quote!(#[diesel(check_for_backend(diesel::pg::Pg), table_name = x::y)]),
            ],
            &mut errors,
        );
        assert!(errors.is_empty());
        assert_eq!(found.table_name, Some(parse_quote!(x::y)));
        let (_, keys) = found.primary_key.unwrap();
        assert_eq!(
            keys.iter().map(IdentExt::unraw).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }

    #[test]
    fn a_comma_in_a_type_does_not_end_an_option() {
        let found = DieselFieldAttr::from_attributes(&[parse_quote!(
            #[diesel(deserialize_as = Map<fn(u8) -> Vec<A>, embed>, column_name = "type")]
        )]);
        assert!(found.embed.is_none());
        assert_eq!(found.column_name.unwrap().1, "type");
    }

    #[test]
    fn wrong_forms_are_errors_with_the_right_one() {
        let messages = |attribute: Attribute| -> Vec<String> {
            let mut errors = Vec::new();
            DieselAttr::from_attributes(&[attribute], &mut errors);
            errors.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            messages(parse_quote!(#[diesel(table_name = "articles")])),
            ["the correct format looks like `#[diesel(table_name = crate::schema::articles)]`"]
        );
        assert_eq!(
            messages(parse_quote!(#[diesel(table_name = a, table_name = b)])).len(),
            1
        );
        assert_eq!(messages(parse_quote!(#[table_name = "articles"])).len(), 1);
    }
}

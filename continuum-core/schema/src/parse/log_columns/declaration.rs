//! The grammar of `transaction_columns!`, and what a declaration must not say.

use crate::log::Required;
use crate::log_column::{Action, LOG_COLUMNS, LogColumn};
use crate::model::{Column, SqlType};
use diesel_table_macro_syntax::ColumnDef;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ItemUse, Lit, LitStr, Meta, Path, Token, Type, parenthesized};

const FORM: &str = "the correct format looks like \
    `user_id -> Nullable<BigInt> references users (id) on delete set null`";

/// What stands in one `transaction_columns!`.
pub struct ColumnsDeclaration {
    /// Its `use` statements.
    pub uses: Vec<ItemUse>,
    /// Its columns.
    pub columns: Vec<ColumnDeclaration>,
}

/// One column of it.
pub struct ColumnDeclaration {
    /// The name, the type, the attributes, as in `table!`.
    pub definition: ColumnDef,
    /// `#[sql_type = "…"]`.
    pub declared_type: Option<LitStr>,
    /// `as crate::Mood`: the Rust type of its values.
    pub value: Option<Type>,
    /// `references users (id)`.
    pub references: Option<ReferenceDeclaration>,
}

/// `references crate::schema::users (id) on delete set null`
pub struct ReferenceDeclaration {
    /// The module of the table.
    pub table: Path,
    /// Its column.
    pub column: Ident,
    pub(super) on_delete: Action,
    pub(super) on_update: Action,
}

impl Parse for ColumnsDeclaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut uses = Vec::new();
        while input.peek(Token![use]) {
            uses.push(input.parse()?);
        }
        let columns: Punctuated<_, Token![,]> = Punctuated::parse_terminated(input)?;
        if columns.is_empty() {
            let message = format!("no column is declared; {FORM}");
            return Err(syn::Error::new(Span::call_site(), message));
        }
        Ok(Self {
            uses,
            columns: columns.into_iter().collect(),
        })
    }
}

impl Parse for ColumnDeclaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut definition: ColumnDef = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), format!("{error}; {FORM}")))?;
        let declared_type = take_sql_type(&mut definition)?;
        let value = match input.parse::<Option<Token![as]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        let references = match keyword(input, "references") {
            true => Some(input.parse()?),
            false => None,
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(format!("expected `,`; {FORM}")));
        }
        Ok(Self {
            definition,
            declared_type,
            value,
            references,
        })
    }
}

impl Parse for ReferenceDeclaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let table = Path::parse_mod_style(input)?;
        let column;
        parenthesized!(column in input);
        let name = column.call(Ident::parse_any)?;
        if !column.is_empty() {
            return Err(column.error(format!("a column references one column; {FORM}")));
        }
        let mut actions = [None, None];
        while keyword(input, "on") {
            let event: Ident = input.parse()?;
            let index = match event.to_string().as_str() {
                "delete" => 0,
                "update" => 1,
                _ => {
                    let message = format!("expected `delete` or `update`; {FORM}");
                    return Err(syn::Error::new(event.span(), message));
                }
            };
            if actions[index].replace(action(input, index == 0)?).is_some() {
                return Err(syn::Error::new(event.span(), "said twice"));
            }
        }
        let [on_delete, on_update] = actions.map(Option::unwrap_or_default);
        Ok(Self {
            table,
            column: name,
            on_delete,
            on_update,
        })
    }
}

fn action(input: ParseStream<'_>, on_delete: bool) -> syn::Result<Action> {
    let first: Ident = input.parse()?;
    let words = match first.to_string().as_str() {
        word @ ("set" | "no") => format!("{word} {}", input.parse::<Ident>()?),
        word => word.to_owned(),
    };
    let refuse = |message: &str| Err(syn::Error::new(first.span(), message));
    match Action::from_words(&words) {
        Some(Action::Cascade) if on_delete => refuse(
            "a transaction is not deleted with what one of its columns refers to, for the versions \
             that it made would lose it; say `on delete set null`, or nothing, which refuses to \
             delete what is referred to",
        ),
        Some(action) => Ok(action),
        None if on_delete => refuse("expected `set null`, `restrict` or `no action`"),
        None => refuse("expected `cascade`, `set null`, `restrict` or `no action`"),
    }
}

fn keyword(input: ParseStream<'_>, word: &str) -> bool {
    let is = input.fork().parse::<Ident>().is_ok_and(|next| next == word);
    // What it is, is known.
    is && input.parse::<Ident>().is_ok()
}

fn take_sql_type(definition: &mut ColumnDef) -> syn::Result<Option<LitStr>> {
    let is = |attribute: &syn::Attribute| attribute.path().is_ident("sql_type");
    let Some(index) = definition.meta.iter().position(is) else {
        return Ok(None);
    };
    let attribute = definition.meta.remove(index);
    match &attribute.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) if !text.value().trim().is_empty() => Ok(Some(text.clone())),
            _ => Err(sql_type_form(&attribute)),
        },
        _ => Err(sql_type_form(&attribute)),
    }
}

fn sql_type_form(attribute: &syn::Attribute) -> syn::Error {
    let message = "the correct format looks like `#[sql_type = \"citext\"]`";
    syn::Error::new_spanned(attribute, message)
}

impl ColumnDeclaration {
    /// Without what it references, which only the tables tell.
    pub(super) fn log_column(&self) -> LogColumn {
        let definition = &self.definition;
        let length = definition.max_length.as_ref();
        LogColumn {
            column: Column {
                name: definition.sql_name.clone(),
                rust_name: definition.column_name.unraw().to_string(),
                sql_type: self.sql_type(length.and_then(|length| length.base10_parse().ok())),
            },
            declared_type: self.declared_type.as_ref().map(LitStr::value),
            references: None,
        }
    }

    fn sql_type(&self, max_length: Option<u64>) -> SqlType {
        SqlType::new(
            &self.definition.tpe.to_token_stream().to_string(),
            max_length,
        )
    }
}

impl ColumnsDeclaration {
    /// What is wrong with the columns, each at its token.
    pub fn mistakes(&self) -> Vec<syn::Error> {
        let mut errors = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let name = &column.definition.sql_name;
            let at_name = column.definition.column_name.span();
            let mut refuse = |span, message: String| errors.push(syn::Error::new(span, message));
            if !column.sql_type(None).is_nullable() {
                let tokens = column.definition.tpe.to_token_stream();
                refuse(
                    column.definition.tpe.span(),
                    format!(
                        "a change outside of a versioned_transaction says nothing of `{name}`, so \
                         it is `Nullable<{tokens}>`; `require = [\"{name}\"]` in continuum.toml \
                         refuses such a change"
                    ),
                );
            }
            if LOG_COLUMNS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                refuse(
                    at_name,
                    format!(
                        "the transaction log has a column `{name}` already; choose another name"
                    ),
                );
            }
            if Required::from_word(name).is_some_and(|word| word == Required::Transaction) {
                refuse(
                    at_name,
                    format!(
                        "`{name}` is a word of `require` in continuum.toml; choose another name"
                    ),
                );
            }
            let same = |other: &ColumnDeclaration| {
                other.definition.sql_name.eq_ignore_ascii_case(name)
                    || other.definition.column_name == column.definition.column_name
            };
            if self.columns[..index].iter().any(same) {
                refuse(at_name, format!("the column `{name}` is declared twice"));
            }
            if let Some(length) = &column.definition.max_length {
                if length.base10_parse::<u64>().is_err() {
                    refuse(length.span(), "this is no length".to_owned());
                }
            }
        }
        errors
    }
}

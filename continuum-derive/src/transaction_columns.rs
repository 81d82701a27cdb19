//! `transaction_columns! { user_id -> Nullable<BigInt> references users (id), … }`

use crate::fallback;
use continuum_schema::SqlType;
use continuum_schema::log_variable;
use continuum_schema::parse::{ColumnDeclaration, ColumnsDeclaration, ReferenceDeclaration};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, Path, PathArguments, Type, TypePath};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let declaration: ColumnsDeclaration = match syn::parse2(input) {
        Ok(declaration) => declaration,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = declaration.mistakes();
    if !errors.is_empty() {
        return fallback::errors(errors);
    }
    let mut columns = Vec::new();
    for column in &declaration.columns {
        match Column::new(column) {
            Ok(column) => columns.push(column),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return fallback::errors(errors);
    }
    let uses = &declaration.uses;
    // As `table!` does.
    let types = uses.is_empty().then(|| {
        quote!(
            #[allow(unused_imports)]
            use ::diesel::sql_types::*;
        )
    });
    let items = columns.iter().map(Column::item);
    let fields = columns.iter().map(Column::field);
    let values = columns.iter().map(Column::value);
    let joins = joins(&columns);
    quote! {
        /// Columns of the application's own in the transaction log.
        pub mod transaction_columns {
            #types
            #(#uses)*
            #(#items)*
        }
        /// What the columns of the application's own say of a transaction: selected beside
        /// [`Transaction`](::continuum_core::Transaction).
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::diesel::Queryable,
            ::diesel::Selectable,
        )]
        #[diesel(table_name = transaction_columns)]
        pub struct TransactionColumns {
            #(#fields,)*
        }
        #(#values)*
        #joins
    }
}

struct Column<'a> {
    declaration: &'a ColumnDeclaration,
    /// What its values are in Rust.
    value: TokenStream,
}

impl<'a> Column<'a> {
    fn new(declaration: &'a ColumnDeclaration) -> syn::Result<Self> {
        let tpe = &declaration.definition.tpe;
        let inner = inside_nullable(tpe)
            .ok_or_else(|| syn::Error::new_spanned(tpe, "write it as `Nullable<…>`"))?;
        let value = match &declaration.value {
            Some(value) => value.to_token_stream(),
            None => value_of(inner).ok_or_else(|| {
                let name = &declaration.definition.column_name;
                let tpe = tpe.to_token_stream().to_string().replace(' ', "");
                let message = format!(
                    "say what its values are in Rust, behind the type: `{name} -> {tpe} as \
                     crate::Mood`"
                );
                syn::Error::new_spanned(inner, message)
            })?,
        };
        Ok(Self { declaration, value })
    }

    fn item(&self) -> TokenStream {
        let definition = &self.declaration.definition;
        let (meta, name, tpe) = (&definition.meta, &definition.column_name, &definition.tpe);
        let (sql_name, doc) = (&definition.sql_name, self.doc());
        quote! {
            ::continuum_core::__transaction_column! {
                #(#meta)*
                #doc
                #name, #sql_name, #tpe
            }
        }
    }

    /// Where the macro stands: the columns are in a module of their own, where a path may lead
    /// elsewhere.
    fn value(&self) -> TokenStream {
        let definition = &self.declaration.definition;
        let (name, value) = (&definition.column_name, &self.value);
        let variable = log_variable(&definition.sql_name);
        quote! {
            ::continuum_core::__transaction_column_value! {
                transaction_columns::#name, #variable, #value
            }
        }
    }

    /// Where the declaration has none.
    fn doc(&self) -> Option<TokenStream> {
        let definition = &self.declaration.definition;
        let has_one = definition
            .meta
            .iter()
            .any(|meta| meta.path().is_ident("doc"));
        let doc = format!(" `{}`.", definition.sql_name);
        (!has_one).then(|| quote!(#[doc = #doc]))
    }

    fn field(&self) -> TokenStream {
        let definition = &self.declaration.definition;
        let (meta, name, value) = (&definition.meta, &definition.column_name, &self.value);
        let doc = self.doc();
        quote!(#(#meta)* #doc pub #name: ::core::option::Option<#value>)
    }
}

/// What `joinable!` and `allow_tables_to_appear_in_same_query!` say, as far as a crate may say it of
/// a table that is not its own. Where two columns lead to one table, Diesel cannot know which is meant.
fn joins(columns: &[Column<'_>]) -> TokenStream {
    let references: Vec<(&Column<'_>, &ReferenceDeclaration)> = columns
        .iter()
        .filter_map(|column| Some((column, column.declaration.references.as_ref()?)))
        .collect();
    let same =
        |a: &Path, b: &Path| a.to_token_stream().to_string() == b.to_token_stream().to_string();
    let mut joins = TokenStream::new();
    for (index, (column, reference)) in references.iter().enumerate() {
        let table = &reference.table;
        let others = references
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let again: Vec<_> = others
            .filter(|(_, (_, other))| same(&other.table, table))
            .map(|(other, _)| other)
            .collect();
        let name = &column.declaration.definition.column_name;
        let target = &reference.column;
        if again.is_empty() {
            joins.extend(quote! {
                ::diesel::joinable_inner!(
                    left_table_ty = ::continuum_core::continuum_transaction::table,
                    right_table_ty = #table::table,
                    right_table_expr = #table::table,
                    foreign_key = transaction_columns::#name,
                    primary_key_ty = #table::#target,
                    primary_key_expr = #table::#target,
                );
                ::diesel::joinable_inner!(
                    left_table_ty = #table::table,
                    right_table_ty = ::continuum_core::continuum_transaction::table,
                    right_table_expr = ::continuum_core::continuum_transaction::table,
                    foreign_key = transaction_columns::#name,
                    primary_key_ty = #table::#target,
                    primary_key_expr = #table::#target,
                );
            });
        }
        if again.iter().all(|other| *other > index) {
            joins.extend(quote! {
                impl ::diesel::query_source::TableNotEqual<::continuum_core::continuum_transaction::table>
                    for #table::table
                {
                }
                impl ::diesel::query_source::TableNotEqual<#table::table>
                    for ::continuum_core::continuum_transaction::table
                {
                }
            });
        }
    }
    joins
}

fn inside_nullable(tpe: &TypePath) -> Option<&Type> {
    let last = tpe.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Nullable" => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
        }
        _ => None,
    }
}

/// What Diesel reads a type of its own into, mostly.
fn value_of(inner: &Type) -> Option<TokenStream> {
    let sql_type = SqlType::new(&inner.to_token_stream().to_string(), None);
    let chrono = quote!(::continuum_core::__private::chrono);
    Some(match sql_type.name() {
        "Bool" => quote!(::core::primitive::bool),
        "TinyInt" | "Tinyint" => quote!(::core::primitive::i8),
        "SmallInt" | "Smallint" | "Int2" => quote!(::core::primitive::i16),
        "Integer" | "Int4" => quote!(::core::primitive::i32),
        "BigInt" | "Bigint" | "Int8" => quote!(::core::primitive::i64),
        "Unsigned" => match sql_type
            .tokens()
            .split(['<', '>', ':'])
            .rev()
            .find(|t| !t.is_empty())
        {
            Some("TinyInt" | "Tinyint") => quote!(::core::primitive::u8),
            Some("SmallInt" | "Smallint") => quote!(::core::primitive::u16),
            Some("Integer") => quote!(::core::primitive::u32),
            Some("BigInt" | "Bigint") => quote!(::core::primitive::u64),
            _ => return None,
        },
        "Float" | "Float4" => quote!(::core::primitive::f32),
        "Double" | "Float8" => quote!(::core::primitive::f64),
        "Numeric" | "Decimal" => quote!(::bigdecimal::BigDecimal),
        "Text" | "VarChar" | "Varchar" | "Bpchar" | "Char" | "Citext" => {
            quote!(::std::string::String)
        }
        "Binary" | "Varbinary" | "Blob" | "Bytea" => quote!(::std::vec::Vec<::core::primitive::u8>),
        "Date" => quote!(#chrono::NaiveDate),
        "Time" => quote!(#chrono::NaiveTime),
        "Timestamp" | "Datetime" => quote!(#chrono::NaiveDateTime),
        "Timestamptz" | "TimestamptzSqlite" => quote!(#chrono::DateTime<#chrono::Utc>),
        "Uuid" => quote!(::uuid::Uuid),
        "Json" | "Jsonb" => quote!(::continuum_core::__private::serde_json::Value),
        _ => return None,
    })
}

//! The tokens of version tables.

use super::module::Module;
use crate::ast::named;
use continuum_schema::parse::Definition;
use continuum_schema::{
    Column, END_TRANSACTION_ID, OPERATION_TYPE, TRANSACTION_ID, VersionColumn, VersionedTable,
    mod_column,
};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, ItemUse, Path};

/// The version table of one `table!`.
pub(super) struct VersionTable<'a> {
    /// The `table!`.
    pub(super) definition: &'a Definition,
    /// What its history keeps.
    pub(super) versioned: &'a VersionedTable,
}

impl VersionTable<'_> {
    /// Its Rust name.
    pub(super) fn ident(&self) -> syn::Result<Ident> {
        ident(&self.versioned.version_rust_name())
    }

    /// Its `table!`, for where the macro stands.
    pub(super) fn expand(&self, module: &Module) -> syn::Result<TokenStream> {
        let definition = self.definition;
        let table = &self.versioned.table;
        let name = self.ident()?;
        let cfg = cfg(definition)?;
        let module = module.inner(&definition.modules);
        let uses = definition
            .uses
            .iter()
            .map(|import| Ok(module.import(syn::parse_str::<ItemUse>(import)?)))
            .collect::<syn::Result<Vec<_>>>()?;
        let doc = format!(" The versions of the rows of `{}`.", table.name);
        let sql_name = sql_name(
            &self.versioned.version_table.name,
            &self.versioned.version_rust_name(),
        );
        let schema = match &table.name.schema {
            Some(schema) => {
                let schema = ident(schema)?;
                Some(quote!(#schema.))
            }
            None => None,
        };
        let columns = self.versioned.version_columns();
        let key = table
            .primary_key
            .iter()
            .map(String::as_str)
            .chain([TRANSACTION_ID])
            .filter_map(|key| columns.iter().find(|column| column.name == key))
            .map(|column| ident(&column.rust_name))
            .collect::<syn::Result<Vec<_>>>()?;
        let columns = columns
            .iter()
            .map(|column| self.column(column))
            .collect::<syn::Result<Vec<_>>>()?;
        Ok(quote! {
            #cfg
            ::diesel::table! {
                #(#uses)*
                #[doc = #doc]
                #sql_name
                #schema #name (#(#key),*) {
                    #(#columns,)*
                }
            }
        })
    }

    fn column(&self, column: &VersionColumn) -> syn::Result<TokenStream> {
        let name = ident(&column.rust_name)?;
        let sql_name = sql_name(&column.name, &column.rust_name);
        let (doc, ty) = match self.tracked_type(&column.name) {
            Some(ty) => (format!(" `{}` in this version.", column.name), ty.parse()?),
            None => (
                self.doc_of(&column.name),
                own_type(column.sql_type.tokens())?,
            ),
        };
        let max_length = column.sql_type.max_length.map(|length| {
            let length = Literal::u64_unsuffixed(length);
            quote!(#[max_length = #length])
        });
        Ok(quote! {
            #[doc = #doc]
            #sql_name
            #max_length
            #name -> #ty
        })
    }

    /// What a column is for that the table does not have.
    fn doc_of(&self, column: &str) -> String {
        let is_flag = |tracked: &&Column| mod_column(&tracked.name) == column;
        match column {
            TRANSACTION_ID => " The transaction that made this version.".to_owned(),
            END_TRANSACTION_ID => {
                " The transaction that made the next version of the row.".to_owned()
            }
            OPERATION_TYPE => " 0 insert, 1 update, 2 delete.".to_owned(),
            flag => match self.versioned.flagged_and_tracked().find(is_flag) {
                Some(tracked) => format!(" Whether this version changed `{}`.", tracked.name),
                None => format!(" Whether this version changed a hidden column: `{flag}`."),
            },
        }
    }

    /// The type of a column of the table, as it is written there.
    fn tracked_type(&self, column: &str) -> Option<&str> {
        let columns = &self.definition.table.columns;
        let index = columns.iter().position(|c| c.name == column)?;
        self.definition.column_types.get(index).map(String::as_str)
    }
}

/// Lets version tables appear in one query with each other and with the tables that they are
/// defined beside. Those say themselves which of them appear together.
pub(super) fn appear_together(
    versions: &[VersionTable],
    tables: &[Definition],
    module: &Module,
) -> syn::Result<TokenStream> {
    let mut imports = TokenStream::new();
    let mut import = |path: Path, alias: &Ident, cfg: &TokenStream| {
        imports.extend(quote!(#cfg #[allow(unused_imports)] use #path as #alias;));
    };
    let mut known = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let alias = format_ident!("version_{index}");
        let cfg = cfg(version.definition)?;
        import(Module::here().path_of(&version.ident()?), &alias, &cfg);
        known.push((alias, cfg));
    }
    for (index, table) in tables.iter().enumerate() {
        let alias = format_ident!("table_{index}");
        let cfg = cfg(table)?;
        let name = ident(&table.table.rust_name)?;
        import(module.inner(&table.modules).path_of(&name), &alias, &cfg);
        known.push((alias, cfg));
    }
    let mut pairs = TokenStream::new();
    for (index, (left, left_cfg)) in known.iter().take(versions.len()).enumerate() {
        for (right, right_cfg) in &known[index + 1..] {
            pairs.extend(quote! {
                #left_cfg #right_cfg
                ::diesel::allow_tables_to_appear_in_same_query!(#left, #right);
            });
        }
    }
    Ok(quote! {
        const _: () = {
            #imports
            #pairs
        };
    })
}

fn cfg(definition: &Definition) -> syn::Result<TokenStream> {
    let mut all = TokenStream::new();
    for argument in &definition.cfg {
        let argument: TokenStream = argument.parse()?;
        all.extend(quote!(#[cfg(#argument)]));
    }
    Ok(all)
}

fn sql_name(name: &str, rust_name: &str) -> Option<TokenStream> {
    (name != rust_name).then(|| quote!(#[sql_name = #name]))
}

/// The type of a column that the table does not have: whatever it imports, Diesel's own.
fn own_type(tokens: &str) -> syn::Result<TokenStream> {
    let path = |name: &str| Ok::<_, syn::Error>(ident(name)?.into_token_stream());
    match tokens
        .strip_prefix("Nullable<")
        .and_then(|t| t.strip_suffix('>'))
    {
        None => path(tokens).map(|name| quote!(::diesel::sql_types::#name)),
        Some(inner) => path(inner)
            .map(|name| quote!(::diesel::sql_types::Nullable<::diesel::sql_types::#name>)),
    }
}

fn ident(name: &str) -> syn::Result<Ident> {
    named(name, Span::call_site()).ok_or_else(|| {
        let message = format!("`{name}` is no name in Rust");
        syn::Error::new(Span::call_site(), message)
    })
}

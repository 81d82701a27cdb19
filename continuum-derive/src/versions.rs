//! The versions of a row, and of many.

use crate::ast::Input;
use crate::row::own;
use continuum_schema::TRANSACTION_ID;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(input: &Input) -> TokenStream {
    let parts = [versions(input), versions_of(input), keyed(input)];
    quote!(#(#parts)*)
}

fn versions(input: &Input) -> TokenStream {
    let documentation = quote! {
        /// All versions of this row, the oldest first: a query, to be filtered further or
        /// loaded.
    };
    let condition = quote!(<Self as ::continuum_core::Versioned>::SameRow<'a>);
    let row = quote!(<Self as ::continuum_core::Versioned>::same_row(self));
    query(
        input,
        &documentation,
        &quote!(versions),
        &quote!(&'a self),
        (&condition, &row),
    )
}

fn versions_of(input: &Input) -> TokenStream {
    let documentation = quote! {
        /// All versions of these rows, the oldest first: a query, to be filtered further or
        /// loaded. `grouped_by_key` sorts them to the rows.
    };
    let (condition, rows) = any_of(input);
    query(
        input,
        &documentation,
        &quote!(versions_of),
        &quote!(rows: &'a [Self]),
        (&condition, &rows),
    )
}

/// The function that answers with the query of the versions for which a condition, of this type, is
/// true.
fn query(
    input: &Input,
    documentation: &TokenStream,
    name: &TokenStream,
    argument: &TokenStream,
    (ty, condition): (&TokenStream, &TokenStream),
) -> TokenStream {
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let (vis, ident) = (&original.vis, &original.ident);
    let transaction_id = own(TRANSACTION_ID);
    quote! {
        #[allow(dead_code)]
        impl #ident {
            #documentation
            #vis fn #name<'a, __DB>(
                #argument,
            ) -> ::diesel::dsl::Order<
                ::diesel::dsl::Filter<
                    ::diesel::dsl::Select<
                        VersionTable,
                        ::diesel::dsl::AsSelect<#version, __DB>,
                    >,
                    #ty,
                >,
                ::diesel::dsl::Asc<#version_table::#transaction_id>,
            >
            where
                __DB: ::diesel::backend::Backend,
            {
                let table: VersionTable = #version_table::table;
                ::diesel::QueryDsl::order(
                    ::diesel::QueryDsl::filter(
                        ::diesel::QueryDsl::select(
                            table,
                            <#version as ::diesel::SelectableHelper<__DB>>::as_select(),
                        ),
                        #condition,
                    ),
                    ::diesel::ExpressionMethods::asc(#version_table::#transaction_id),
                )
            }
        }
    }
}

/// The condition that finds the versions of `rows`, as type and as expression: where the key is one
/// column, the one that Diesel has for it.
fn any_of(input: &Input) -> (TokenStream, TokenStream) {
    let (version, version_table) = (&input.version, &input.version_table);
    let mut keys = input.key_fields();
    if let (Some((column, field)), None) = (keys.next(), keys.next()) {
        let column = input.version_column(column);
        let (key, ty) = (field.ident, &field.original.ty);
        return (
            quote! {
                ::diesel::dsl::EqAny<#version_table::#column, ::std::vec::Vec<&'a #ty>>
            },
            quote! {
                ::diesel::ExpressionMethods::eq_any(
                    #version_table::#column,
                    rows.iter().map(|row| &row.#key).collect::<::std::vec::Vec<_>>(),
                )
            },
        );
    }
    (
        quote! {
            ::continuum_core::SameRows<
                #version,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >
        },
        quote! {
            ::continuum_core::SameRows::<#version, _>::new(
                rows.iter().map(<Self as ::continuum_core::Versioned>::same_row),
            )
        },
    )
}

fn keyed(input: &Input) -> TokenStream {
    let (ident, version) = (&input.original.ident, &input.version);
    let (keys, types): (Vec<_>, Vec<_>) = input
        .key_fields()
        .map(|(_, field)| (field.ident, &field.original.ty))
        .unzip();
    quote! {
        #[automatically_derived]
        impl ::continuum_core::Keyed for #ident {
            type Key<'a> = (#(&'a #types,)*);
            fn key(&self) -> Self::Key<'_> {
                (#(&self.#keys,)*)
            }
            fn key_of<'a>(version: &'a #version) -> Self::Key<'a>
            where
                Self: 'a,
            {
                (#(&version.#keys,)*)
            }
        }
    }
}

//! What `#[diesel(belongs_to(…))]` says, for the versions.

use crate::ast::{Field, Input, Source, same};
use continuum_schema::Strategy;
use continuum_schema::parse::BelongsTo;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub(crate) fn expand(input: &Input) -> TokenStream {
    let parents = input
        .belongs_to
        .iter()
        .filter_map(|parent| child_of(input, parent));
    let parents: Vec<_> = parents.collect();
    let belonging_to = (!parents.is_empty()).then(|| belonging_to(input));
    let (row_key, ends) = (row_key(input), ends(input));
    quote!(#row_key #ends #(#parents)* #belonging_to)
}

/// Where the key is one column, as everywhere with Diesel's associations.
fn key<'a>(input: &'a Input) -> Option<(Ident, &'a Ident, &'a Field<'a>)> {
    let mut keys = input.key_fields();
    match (keys.next(), keys.next()) {
        (Some((column, field)), None) => Some((input.version_column(column), column, field)),
        _ => None,
    }
}

fn row_key(input: &Input) -> TokenStream {
    let Some((version_column, column, field)) = key(input) else {
        return TokenStream::new();
    };
    let Input {
        original,
        version,
        table,
        version_table,
        ..
    } = input;
    let entity = &original.ident;
    let (ident, ty) = (field.ident, &field.original.ty);
    let row_key = |this: &Ident, column: TokenStream| {
        quote! {
            #[automatically_derived]
            impl ::continuum_core::RowKey for #this {
                type Entity = #entity;
                type Key = #ty;
                type KeyColumn = #column;
                fn row_key(&self) -> &Self::Key {
                    &self.#ident
                }
                fn key_column() -> Self::KeyColumn {
                    #column
                }
            }
        }
    };
    let of_row = row_key(entity, quote!(#table::#column));
    let of_version = row_key(version, quote!(#version_table::#version_column));
    quote!(#of_row #of_version)
}

fn ends(input: &Input) -> TokenStream {
    if input.attr.strategy != Strategy::Validity {
        return TokenStream::new();
    }
    let version = &input.version;
    quote! {
        #[automatically_derived]
        impl ::continuum_core::Ends for #version {
            fn end_transaction_id(&self) -> ::core::option::Option<i64> {
                self.end_transaction_id
            }
        }
    }
}

/// Nothing where the history does not keep the foreign key.
///
/// The bounds are those of Diesel's own derive, so that what is wrong with an association is not
/// said twice.
fn child_of(input: &Input, belongs_to: &BelongsTo) -> Option<TokenStream> {
    let field = input.kept().find(|field| match &field.source {
        Source::Column(column) => same(column, &belongs_to.foreign_key),
        Source::Computed | Source::Elsewhere | Source::Embedded(_) => false,
    })?;
    let parent = &belongs_to.parent;
    let (version, version_table) = (&input.version, &input.version_table);
    let column = input.version_column(&belongs_to.foreign_key);
    let (ident, ty) = (field.ident, &field.original.ty);
    Some(quote! {
        #[automatically_derived]
        impl<__FK: 'static> ::continuum_core::ChildOf<#parent> for #version
        where
            for<'__a> &'__a #ty: ::core::convert::Into<::core::option::Option<&'__a __FK>>,
            for<'__a> &'__a #parent: ::diesel::associations::Identifiable<Id = &'__a __FK>,
        {
            type ForeignKey = __FK;
            type ForeignKeyColumn = #version_table::#column;
            fn foreign_key(&self) -> ::core::option::Option<&Self::ForeignKey> {
                ::core::convert::Into::into(&self.#ident)
            }
            fn foreign_key_column() -> Self::ForeignKeyColumn {
                #version_table::#column
            }
        }
    })
}

/// In place of Diesel's `belonging_to`, which knows no moments; of the rows of the struct it finds
/// what Diesel's does.
fn belonging_to(input: &Input) -> TokenStream {
    let (vis, version) = (&input.original.vis, &input.version);
    let of_rows = of_rows(input);
    quote! {
        #[allow(dead_code)]
        impl #version {
            /// What belonged to a version when it began, or to each of several: a query, to be
            /// filtered further or loaded. Of rows of this table, it is their versions.
            #vis fn belonging_to<__P>(
                parents: __P,
            ) -> <__P as ::continuum_core::Parents<Self>>::Children
            where
                __P: ::continuum_core::Parents<Self>,
            {
                ::continuum_core::Parents::children(parents)
            }

            /// What belonged to a row at that moment, or to each of several: a query, to be
            /// filtered further or loaded.
            #vis fn belonging_to_as_of<__P>(
                parents: __P,
                moment: impl ::core::convert::Into<::continuum_core::Moment>,
            ) -> <__P as ::continuum_core::ParentsAsOf<Self>>::Children
            where
                __P: ::continuum_core::ParentsAsOf<Self>,
            {
                ::continuum_core::ParentsAsOf::children_as_of(
                    parents,
                    ::core::convert::Into::into(moment),
                )
            }
        }
        #of_rows
    }
}

fn of_rows(input: &Input) -> TokenStream {
    let Some((column, _, field)) = key(input) else {
        return TokenStream::new();
    };
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let entity = &original.ident;
    let (ident, ty) = (field.ident, &field.original.ty);
    quote! {
        #[automatically_derived]
        impl<'a> ::continuum_core::Parents<#version> for &'a #entity {
            type Children = ::diesel::dsl::Filter<
                #version_table::table,
                ::diesel::dsl::Eq<#version_table::#column, &'a #ty>,
            >;
            fn children(self) -> Self::Children {
                ::diesel::QueryDsl::filter(
                    #version_table::table,
                    ::diesel::ExpressionMethods::eq(#version_table::#column, &self.#ident),
                )
            }
        }
        #[automatically_derived]
        impl<'a> ::continuum_core::Parents<#version> for &'a [#entity] {
            type Children = ::diesel::dsl::Filter<
                #version_table::table,
                ::diesel::dsl::EqAny<#version_table::#column, ::std::vec::Vec<&'a #ty>>,
            >;
            fn children(self) -> Self::Children {
                let keys = self.iter().map(|row| &row.#ident);
                ::diesel::QueryDsl::filter(
                    #version_table::table,
                    ::diesel::ExpressionMethods::eq_any(
                        #version_table::#column,
                        keys.collect::<::std::vec::Vec<_>>(),
                    ),
                )
            }
        }
    }
}

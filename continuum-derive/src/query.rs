//! The traits of the struct and of its version, and the queries.

use crate::ast::{Input, Source};
use crate::belongs_to;
use crate::check::named_columns;
use crate::flags;
use crate::relations;
use crate::row::{self, own};
use crate::versions;
use continuum_schema::{OPERATION_TYPE, Strategy, TRANSACTION_ID};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

/// Everything that is no name of the user's module.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let parts = [
        version_table(input),
        impl_versioned(input),
        impl_version(input),
        fields(input),
        belongs_to::expand(input),
        relations::expand(input),
        versions::expand(input),
        row_as_of(input),
        as_of(input),
        revert_to(input),
        flags::hidden_changed(input),
        flags::changed_columns(input),
        columns_exist(input),
        key_is_that_of_the_table(input),
    ];
    quote! {
        const _: () = {
            #(#parts)*
        };
    }
}

/// The type of the version table, as the queries name it. Where a column is missing, it is not a
/// type at all, and the compiler says of the queries nothing on top of that.
fn version_table(input: &Input) -> TokenStream {
    let version_table = &input.version_table;
    let columns = row::columns(input);
    quote! {
        #[allow(unreachable_pub)]
        pub trait WithColumns<Columns> {
            type Table;
        }
        impl<Table, Columns> WithColumns<Columns> for Table {
            type Table = Table;
        }
        type VersionTable = <#version_table::table as WithColumns<(
            #(#version_table::#columns,)*
        )>>::Table;
    }
}

fn impl_versioned(input: &Input) -> TokenStream {
    let (ident, version) = (&input.original.ident, &input.version);
    let same_row = same_row(input);
    quote! {
        #[automatically_derived]
        impl ::continuum_core::Versioned for #ident {
            type Version = #version;
            #same_row
        }
    }
}

fn impl_version(input: &Input) -> TokenStream {
    let Input {
        original,
        version,
        table,
        version_table,
        ..
    } = input;
    let ident = &original.ident;
    let transaction_id = own(TRANSACTION_ID);
    let operation_type = own(OPERATION_TYPE);
    let strategy = match input.attr.strategy {
        Strategy::Validity => quote!(Validity),
        Strategy::Subquery => quote!(Subquery),
    };
    let key = input
        .key_fields()
        .map(|(column, _)| input.version_column(column));
    let same_row = same_row(input);
    let flags = flags::table(input);
    quote! {
        #[automatically_derived]
        impl ::continuum_core::Version for #version {
            type Entity = #ident;
            type Table = #table::table;
            type VersionTable = #version_table::table;
            type TransactionId = #version_table::#transaction_id;
            const STRATEGY: ::continuum_core::Strategy = ::continuum_core::Strategy::#strategy;
            const KEY: &'static [&'static str] = &[
                #(<#version_table::#key as ::diesel::Column>::NAME,)*
            ];
            #flags
            #same_row
            fn transaction_id(&self) -> i64 {
                self.#transaction_id
            }
            fn operation(&self) -> ::continuum_core::Operation {
                self.#operation_type
            }
        }
    }
}

/// `SameRow` and `same_row`, which struct and version have alike: the key columns of the version
/// table are those of this row.
fn same_row(input: &Input) -> TokenStream {
    let version_table = &input.version_table;
    let mut pairs = input.key_fields().map(|(column, field)| {
        let column = input.version_column(column);
        let (ident, ty) = (field.ident, &field.original.ty);
        (
            quote!(::diesel::dsl::Eq<#version_table::#column, &'a #ty>),
            quote!(::diesel::ExpressionMethods::eq(#version_table::#column, &self.#ident)),
        )
    });
    let first = pairs.next().unwrap_or_else(|| {
        // Beside an error: the key is not known.
        let column = own(TRANSACTION_ID);
        (
            quote!(::diesel::dsl::Eq<#version_table::#column, &'a i64>),
            quote!(::core::unreachable!()),
        )
    });
    let (ty, expression) = pairs.fold(first, |(ty, expression), (next_ty, next)| {
        (
            quote!(::diesel::dsl::And<#ty, #next_ty>),
            quote!(::diesel::BoolExpressionMethods::and(#expression, #next)),
        )
    });
    quote! {
        type SameRow<'a> = #ty;
        fn same_row(&self) -> Self::SameRow<'_> {
            #expression
        }
    }
}

/// The fields that are columns of the version table, by these columns.
fn fields(input: &Input) -> TokenStream {
    let Input {
        version,
        version_table,
        ..
    } = input;
    let mut seen = Vec::new();
    let fields = input.kept().filter_map(|field| {
        let Source::Column(column) = &field.source else {
            return None;
        };
        let column = input.version_column(column);
        // Two fields may read the same column.
        if seen.contains(&column) {
            return None;
        }
        seen.push(column.clone());
        let (ident, ty) = (field.ident, &field.original.ty);
        let conditions = field.conditions();
        Some(quote! {
            #(#conditions)*
            #[automatically_derived]
            impl ::continuum_core::Field<#version_table::#column> for #version {
                type Value = #ty;
                fn field(&self) -> &Self::Value {
                    &self.#ident
                }
            }
        })
    });
    quote!(#(#fields)*)
}

fn row_as_of(input: &Input) -> TokenStream {
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let (vis, ident) = (&original.vis, &original.ident);
    quote! {
        #[allow(dead_code)]
        impl #ident {
            /// This row as it was at that moment, after a transaction or at a time: a query that
            /// finds one version, or none where the row was not there then.
            #vis fn as_of<'a, __DB, __Moment>(
                &'a self,
                moment: __Moment,
            ) -> ::diesel::dsl::Filter<
                ::diesel::dsl::Filter<
                    ::diesel::dsl::Select<
                        VersionTable,
                        ::diesel::dsl::AsSelect<#version, __DB>,
                    >,
                    <Self as ::continuum_core::Versioned>::SameRow<'a>,
                >,
                ::continuum_core::RowAsOf<
                    #version,
                    <Self as ::continuum_core::Versioned>::SameRow<'a>,
                    <__Moment as ::continuum_core::IntoMoment>::Bound,
                >,
            >
            where
                __DB: ::diesel::backend::Backend,
                __Moment: ::continuum_core::IntoMoment,
            {
                let table: VersionTable = #version_table::table;
                let same_row = || <Self as ::continuum_core::Versioned>::same_row(self);
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::filter(
                        ::diesel::QueryDsl::select(
                            table,
                            <#version as ::diesel::SelectableHelper<__DB>>::as_select(),
                        ),
                        same_row(),
                    ),
                    ::continuum_core::RowAsOf::<#version, _, _>::new(moment, same_row()),
                )
            }
        }
    }
}

fn as_of(input: &Input) -> TokenStream {
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let vis = &original.vis;
    quote! {
        #[allow(dead_code)]
        impl #version {
            /// The rows as they were at that moment, after a transaction or at a time: a query,
            /// to be filtered further or loaded. Rows that were deleted then are not among them.
            #vis fn as_of<__DB>(
                moment: impl ::core::convert::Into<::continuum_core::Moment>,
            ) -> ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<Self, __DB>,
                >,
                ::continuum_core::AsOf<Self>,
            >
            where
                __DB: ::diesel::backend::Backend,
            {
                let table: VersionTable = #version_table::table;
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <Self as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    ::continuum_core::AsOf::<Self>::new(moment),
                )
            }
        }
    }
}

fn revert_to(input: &Input) -> TokenStream {
    let (vis, version) = (&input.original.vis, &input.version);
    quote! {
        #[allow(dead_code)]
        impl #version {
            /// The rows brought back to what they were at that moment, after a transaction or at a
            /// time: to be filtered, tried, or executed.
            #vis fn revert_to(
                moment: impl ::core::convert::Into<::continuum_core::Moment>,
            ) -> ::continuum_core::RevertTo<Self> {
                ::continuum_core::RevertTo::new(moment)
            }
        }
    }
}

/// An option that names a column which the table does not have is an error of the compiler's, at
/// the name: only the compiler knows the columns.
fn columns_exist(input: &Input) -> TokenStream {
    let table = &input.table;
    let names = named_columns(input).map(|column| {
        quote_spanned!(column.span()=> <#table::columns::#column as ::diesel::Column>::NAME)
    });
    quote! {
        const _: &[&str] = &[#(#names),*];
    }
}

/// A struct may name a key of its own for Diesel; the history has that of the table, and by
/// another one `versions` would find the versions of other rows. The order does not matter.
fn key_is_that_of_the_table(input: &Input) -> TokenStream {
    let table = &input.table;
    if input.key_fields().count() != input.key.len() {
        return TokenStream::new();
    }
    let columns = &input.key;
    let names: Vec<_> = columns.iter().map(|c| c.unraw().to_string()).collect();
    let message = format!(
        "`{}` does not have the key of its table",
        input.original.ident.unraw()
    );
    let label = format!("its key is `{}`", names.join(", "));
    let explained = |note: &str| {
        quote! {
            #[diagnostic::on_unimplemented(
                message = #message,
                label = #label,
                note = #note,
                note = "name the columns of that key: `#[diesel(primary_key(…))]`"
            )]
        }
    };
    let (of_key, of_column) = (
        explained("the key of the table is `{Self}`"),
        explained("the key of the table has the column `{Self}`"),
    );
    let key = match columns.as_slice() {
        [column] => quote!(impl KeyOfTable for #table::#column {}),
        // As many columns as the key of the table has, each of them among ours, are the same.
        _ => {
            let any: Vec<_> = (0..columns.len()).map(|n| format_ident!("K{n}")).collect();
            quote! {
                #of_column
                trait KeyColumn {}
                #(impl KeyColumn for #table::#columns {})*
                impl<#(#any: KeyColumn),*> KeyOfTable for (#(#any,)*) {}
            }
        }
    };
    let primary_key = quote_spanned! {input.key_span=>
        <#table::table as ::diesel::Table>::PrimaryKey
    };
    quote! {
        #of_key
        trait KeyOfTable {}
        #key
        const fn has_key_of_table<T: KeyOfTable>() {}
        has_key_of_table::<#primary_key>();
    }
}

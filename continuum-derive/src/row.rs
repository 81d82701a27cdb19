//! The struct that a row of the version table is read into.

use crate::ast::{Field, Input, Source, last, named, same};
use crate::rebase::rebase;
use continuum_schema::{
    END_TRANSACTION_ID, OPERATION_TYPE, Strategy, TRANSACTION_ID, rust_mod_column,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Meta};

/// Attributes of a derive that are worth something only where that derive is.
const DERIVE_ATTRIBUTES: &[(&str, &str)] = &[("Serialize", "serde"), ("Deserialize", "serde")];

/// The version struct with all its fields.
pub(crate) fn expand(input: &Input) -> TokenStream {
    let Input {
        original,
        version,
        version_table,
        ..
    } = input;
    let (vis, ident) = (&original.vis, original.ident.unraw());
    let derives = &input.attr.derives;
    let attributes = original
        .attrs
        .iter()
        .filter(|attribute| is_kept(input, attribute) && !is(attribute, &["doc", "diesel"]));
    let key = input.key.iter().map(|column| input.version_column(column));
    let transaction_id = own(TRANSACTION_ID);
    let check_for_backend = input
        .check_for_backend
        .as_ref()
        .map(|backends| quote!(#[diesel(check_for_backend #backends)]));
    let fields = input.kept().map(|field| kept_field(input, field));
    let bookkeeping = bookkeeping(input).into_iter().map(|own| {
        let Bookkeeping {
            name,
            ty,
            doc,
            conditions,
        } = own;
        quote! {
            #[doc = #doc]
            #(#conditions)*
            #vis #name: #ty
        }
    });
    let title = format!(" One version of [`{ident}`]: the row as one transaction left it.");
    let queries = format!(
        " Versions are read from the version table by any query of Diesel's, \
         [`{ident}::versions`] and [`{version}::as_of`] among them."
    );
    quote! {
        #[doc = #title]
        #[doc = ""]
        #[doc = #queries]
        #[derive(::diesel::Queryable, ::diesel::Selectable #(, #derives)*)]
        #[diesel(table_name = #version_table)]
        #[diesel(primary_key(#(#key,)* #transaction_id))]
        #check_for_backend
        #(#attributes)*
        #[allow(dead_code)]
        #vis struct #version {
            #(#fields,)*
            #(#bookkeeping,)*
        }
    }
}

/// The columns that the fields are read from; what is computed is not among them.
pub(crate) fn columns(input: &Input) -> Vec<Ident> {
    let kept = input.kept().filter_map(|field| match &field.source {
        Source::Column(column) => Some(input.version_column(column)),
        Source::Computed | Source::Elsewhere | Source::Embedded(_) => None,
    });
    let bookkeeping = bookkeeping(input).into_iter().map(|own| own.name);
    kept.chain(bookkeeping).collect()
}

/// The flag of a column, as field and as column.
pub(crate) fn flag_of(input: &Input, column: &Ident) -> Ident {
    let name = rust_mod_column(&column.unraw().to_string(), &last(&input.table));
    named(&name, column.span()).unwrap_or_else(|| column.clone())
}

/// A column of the version table that no table has.
pub(crate) fn own(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn kept_field(input: &Input, field: &Field) -> TokenStream {
    let attributes = field
        .original
        .attrs
        .iter()
        .filter(|attribute| is_kept(input, attribute))
        .map(|attribute| match field.source {
            Source::Computed if is(attribute, &["diesel"]) => rebased(input, attribute),
            _ => attribute.to_token_stream(),
        });
    let ident = field.ident;
    let documented = (field.original.attrs.iter()).any(|attribute| is(attribute, &["doc"]));
    let doc = format!(" `{}` in this version.", ident.unraw());
    let doc = (!documented).then(|| quote!(#[doc = #doc]));
    // Diesel takes the last `column_name`.
    let renamed = match &field.source {
        Source::Column(column) => {
            let version_column = input.version_column(column);
            (!same(&version_column, column))
                .then(|| quote!(#[diesel(column_name = #version_column)]))
        }
        Source::Computed | Source::Elsewhere | Source::Embedded(_) => None,
    };
    let (vis, ty) = (&field.original.vis, &field.original.ty);
    quote! {
        #doc
        #(#attributes)*
        #renamed
        #vis #ident: #ty
    }
}

/// A field of the version that the struct does not have, in a column of the same name.
struct Bookkeeping<'a> {
    name: Ident,
    ty: TokenStream,
    doc: String,
    /// `#[cfg(…)]`
    conditions: Vec<&'a Attribute>,
}

/// The columns of fields that have a flag, each once: with `track_changes` all but the key.
pub(crate) fn flagged<'a>(input: &'a Input<'a>) -> Vec<(&'a Ident, &'a Field<'a>)> {
    let mut found: Vec<(&Ident, &Field)> = Vec::new();
    for field in input.kept() {
        let Source::Column(column) = &field.source else {
            continue;
        };
        let is_first = found.iter().all(|(other, _)| !same(other, column));
        if input.attr.track_changes && is_first && !input.is_key(column) {
            found.push((column, field));
        }
    }
    found
}

fn bookkeeping<'a>(input: &'a Input<'a>) -> Vec<Bookkeeping<'a>> {
    let field = |name: &str, ty, doc: &str| Bookkeeping {
        name: own(name),
        ty,
        doc: doc.to_owned(),
        conditions: Vec::new(),
    };
    let mut fields = vec![field(
        TRANSACTION_ID,
        quote!(i64),
        " The transaction that made this version.",
    )];
    if input.attr.strategy == Strategy::Validity {
        fields.push(field(
            END_TRANSACTION_ID,
            quote!(::core::option::Option<i64>),
            " The transaction that made the next version; none: this is the newest.",
        ));
    }
    fields.push(field(
        OPERATION_TYPE,
        quote!(::continuum_core::Operation),
        " What the transaction did to the row.",
    ));
    fields.extend(
        flagged(input)
            .into_iter()
            .map(|(column, field)| Bookkeeping {
                name: flag_of(input, column),
                ty: quote!(bool),
                doc: format!(" Whether this version changed `{}`.", column.unraw()),
                conditions: field.conditions().collect(),
            }),
    );
    fields.extend(input.attr.hidden.iter().map(|column| Bookkeeping {
        name: flag_of(input, column),
        ty: quote!(bool),
        doc: format!(
            " Whether this version changed `{}`, which is hidden.",
            column.unraw()
        ),
        conditions: Vec::new(),
    }));
    fields
}

/// What says something about the version as well as about the struct.
fn is_kept(input: &Input, attribute: &Attribute) -> bool {
    let derived = DERIVE_ATTRIBUTES
        .iter()
        .filter(|(derive, _)| input.attr.derives.iter().any(|path| last(path) == *derive))
        .any(|(_, name)| is(attribute, &[name]));
    derived || is(attribute, &["allow", "cfg", "diesel", "doc"])
}

fn is(attribute: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| attribute.path().is_ident(name))
}

fn rebased(input: &Input, attribute: &Attribute) -> TokenStream {
    let mut attribute = attribute.clone();
    if let Meta::List(list) = &mut attribute.meta {
        list.tokens = rebase(list.tokens.clone(), &input.table, &input.version_table);
    }
    attribute.into_token_stream()
}

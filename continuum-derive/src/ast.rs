//! The struct under the derive, as the rest of the derive sees it.

use crate::rebase::leads_into;
use continuum_schema::parse::{
    BelongsTo, DieselAttr, DieselFieldAttr, VersionedAttr, inferred_table, only_structs,
};
use continuum_schema::{rust_version_column, rust_version_table};
use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Path, Token};

/// The column that is the key where `#[diesel(primary_key(…))]` names none.
const DEFAULT_KEY: &str = "id";

pub(crate) struct Input<'a> {
    pub(crate) original: &'a DeriveInput,
    /// The struct to generate: `ArticleVersion`.
    pub(crate) version: Ident,
    /// The path of the module of the table.
    pub(crate) table: Path,
    /// The path of the module of the version table.
    pub(crate) version_table: Path,
    /// The key columns, in key order.
    pub(crate) key: Vec<Ident>,
    /// What names the key.
    pub(crate) key_span: Span,
    pub(crate) check_for_backend: Option<TokenStream>,
    pub(crate) belongs_to: Vec<BelongsTo>,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) attr: VersionedAttr,
}

pub(crate) struct Field<'a> {
    pub(crate) original: &'a syn::Field,
    pub(crate) ident: &'a Ident,
    pub(crate) source: Source,
}

/// Where the value of a field comes from.
pub(crate) enum Source {
    /// A column, by its name in `table!`.
    Column(Ident),
    /// An expression with columns of the table: `#[diesel(select_expression = …)]`.
    Computed,
    /// An expression without: a column of a table that is joined.
    Elsewhere,
    /// Another struct: `#[diesel(embed)]`.
    Embedded(Span),
}

impl<'a> Input<'a> {
    /// The struct, or nothing when it has not the shape that a version could be made of.
    pub(crate) fn from_syn(input: &'a DeriveInput, errors: &mut Vec<syn::Error>) -> Option<Self> {
        let attr = VersionedAttr::from_attributes(&input.attrs, errors);
        let diesel = DieselAttr::from_attributes(&input.attrs, errors);
        let fields = named_fields(input, errors)?;
        let table = diesel.table_name.unwrap_or_else(|| {
            let inferred = inferred_table(&input.ident.unraw().to_string());
            named(&inferred, input.ident.span())
                .unwrap_or_else(|| input.ident.clone())
                .into()
        });
        let version_table = match &attr.table_name {
            Some(path) => path.clone(),
            None => sibling(&table),
        };
        let (key_span, key) = diesel.primary_key.unwrap_or_else(|| {
            let span = input.ident.span();
            (span, vec![Ident::new(DEFAULT_KEY, span)])
        });
        Some(Self {
            original: input,
            version: version_ident(&input.ident),
            version_table,
            key,
            key_span,
            check_for_backend: diesel.check_for_backend,
            belongs_to: diesel.belongs_to,
            fields: fields
                .iter()
                .filter_map(|field| Field::from_syn(field, &table, errors))
                .collect(),
            table,
            attr,
        })
    }

    /// The fields that versions have as well.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| match &field.source {
            Source::Column(column) => self.is_key(column) || self.is_tracked(column),
            Source::Computed => true,
            Source::Elsewhere | Source::Embedded(_) => false,
        })
    }

    /// The fields of the key, in key order, each with its column; fewer than the key has
    /// columns when a field is missing.
    pub(crate) fn key_fields(&self) -> impl Iterator<Item = (&Ident, &Field<'a>)> {
        self.key
            .iter()
            .filter_map(|column| Some((column, self.field_of(column)?)))
    }

    /// The field of a column.
    pub(crate) fn field_of(&self, column: &Ident) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| match &field.source {
            Source::Column(name) => same(name, column),
            Source::Computed | Source::Elsewhere | Source::Embedded(_) => false,
        })
    }

    pub(crate) fn is_key(&self, column: &Ident) -> bool {
        self.key.iter().any(|key| same(key, column))
    }

    /// The name that a column of the table has in the version table.
    pub(crate) fn version_column(&self, column: &Ident) -> Ident {
        let name = rust_version_column(
            &column.unraw().to_string(),
            &last(&self.table),
            &last(&self.version_table),
        );
        named(&name, column.span()).unwrap_or_else(|| column.clone())
    }

    fn is_tracked(&self, column: &Ident) -> bool {
        let among = |names: &[Ident]| names.iter().any(|name| same(name, column));
        !among(&self.attr.exclude)
            && !among(&self.attr.hidden)
            && self.attr.include.as_deref().is_none_or(among)
    }
}

impl<'a> Field<'a> {
    fn from_syn(field: &'a syn::Field, table: &Path, errors: &mut Vec<syn::Error>) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let diesel = DieselFieldAttr::from_attributes(&field.attrs);
        let source = if let Some(span) = diesel.embed {
            Source::Embedded(span)
        } else if diesel.select_expression.is_some() {
            let diesel = field
                .attrs
                .iter()
                .filter(|attr| attr.path().is_ident("diesel"));
            let mut lists = diesel.filter_map(|attr| attr.meta.require_list().ok());
            if lists.any(|list| leads_into(list.tokens.clone(), table)) {
                Source::Computed
            } else {
                Source::Elsewhere
            }
        } else if let Some((span, name)) = diesel.column_name {
            let Some(column) = named(&name, span) else {
                errors.push(syn::Error::new(
                    span,
                    format!(
                        "`{name}` is no name in Rust; name the column as `table!` does, before \
                         the `->`"
                    ),
                ));
                return None;
            };
            Source::Column(column)
        } else {
            Source::Column(ident.clone())
        };
        Some(Self {
            original: field,
            ident,
            source,
        })
    }

    /// Its `#[cfg(…)]`.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'a Attribute> + use<'a> {
        let attributes = &self.original.attrs;
        attributes.iter().filter(|a| a.path().is_ident("cfg"))
    }
}

/// The name of the struct to generate.
pub(crate) fn version_ident(ident: &Ident) -> Ident {
    format_ident!("{}Version", ident.unraw(), span = ident.span())
}

/// The last segment, without `r#`.
pub(crate) fn last(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.unraw().to_string())
        .unwrap_or_default()
}

/// Whether two names are the same but for `r#`.
pub(crate) fn same(a: &Ident, b: &Ident) -> bool {
    a.unraw() == b.unraw()
}

/// The identifier of that name, with `r#` where it needs it.
pub(crate) fn named(name: &str, span: Span) -> Option<Ident> {
    let mut ident = syn::parse_str::<Ident>(name)
        .or_else(|_| syn::parse_str(&format!("r#{name}")))
        .ok()?;
    ident.set_span(span);
    Some(ident)
}

/// The path of the version table beside a table.
pub(crate) fn sibling(table: &Path) -> Path {
    let mut path = table.clone();
    if let Some(segment) = path.segments.last_mut() {
        let name = rust_version_table(&segment.ident.unraw().to_string());
        segment.ident = named(&name, segment.ident.span()).unwrap_or(segment.ident.clone());
    }
    path
}

fn named_fields<'a>(
    input: &'a DeriveInput,
    errors: &mut Vec<syn::Error>,
) -> Option<&'a Punctuated<syn::Field, Token![,]>> {
    let ident = &input.ident;
    let mut refuse = |span, message| {
        errors.push(syn::Error::new(span, message));
        None
    };
    let Data::Struct(data) = &input.data else {
        return refuse(ident.span(), only_structs(ident));
    };
    if let Some(parameter) = input.generics.params.first() {
        let message = format!(
            "`{ident}` has parameters, which its versions could not have; derive `Versioned` for \
             a struct that owns its values and names their types"
        );
        return refuse(parameter.span(), message);
    }
    match &data.fields {
        Fields::Named(fields) => Some(&fields.named),
        Fields::Unnamed(_) | Fields::Unit => refuse(
            ident.span(),
            format!(
                "`{ident}` has no named fields, and its versions need names beside their own; \
                 write it as `struct {ident} {{ id: i32, … }}`"
            ),
        ),
    }
}

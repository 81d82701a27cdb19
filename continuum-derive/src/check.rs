//! Rules about the struct as a whole. None stops at the first mistake, and each takes out of the
//! struct what it reports, so that what is made of the rest has no errors of its own.

use crate::ast::{Input, Source, last, same, sibling};
use crate::row::{flag_of, flagged};
use continuum_schema::{END_TRANSACTION_ID, Error, OPERATION_TYPE, TRANSACTION_ID, TableName};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Ident, Path};

pub(crate) fn check(input: &mut Input, errors: &mut Vec<syn::Error>) {
    check_key_has_fields(input, errors);
    check_key_stays(input, errors);
    check_no_embedded_fields(input, errors);
    check_names_of_the_version(input, errors);
    check_version_table(input, errors);
    check_derives(input, errors);
}

/// The versions of a row are found by its key, so the struct must know it.
fn check_key_has_fields(input: &Input, errors: &mut Vec<syn::Error>) {
    let ident = &input.original.ident;
    for column in &input.key {
        if input.field_of(column).is_none() {
            errors.push(syn::Error::new(
                column.span(),
                format!(
                    "`{ident}` has no field for the key column `{column}`, by which its versions \
                     are found; add the field, or name the key of the table: \
                     `#[diesel(primary_key(…))]`"
                ),
            ));
        }
    }
}

/// The key is always in the history, so nothing may leave it out.
fn check_key_stays(input: &mut Input, errors: &mut Vec<syn::Error>) {
    let (table, key) = (named_like(&input.table), &input.key);
    let named = [
        ("exclude", &mut input.attr.exclude),
        ("hidden", &mut input.attr.hidden),
    ];
    for (option, columns) in named {
        columns.retain(|column| {
            let is_key = key.iter().any(|key| same(key, column));
            if is_key {
                let error = Error::KeyColumn {
                    table: table.clone(),
                    option,
                    column: column.unraw().to_string(),
                };
                errors.push(syn::Error::new(column.span(), error));
            }
            !is_key
        });
    }
}

/// An embedded struct is read from the columns of its own table, not from those of a version.
fn check_no_embedded_fields(input: &Input, errors: &mut Vec<syn::Error>) {
    for field in &input.fields {
        if let Source::Embedded(span) = field.source {
            errors.push(syn::Error::new(
                span,
                format!(
                    "`{}` is embedded, and embedded columns cannot be read from the version \
                     table; write its columns as fields, or derive `Versioned` for a struct \
                     without it",
                    field.ident
                ),
            ));
        }
    }
}

/// The generated struct has fields of its own, in columns of their own.
fn check_names_of_the_version(input: &mut Input, errors: &mut Vec<syn::Error>) {
    let own = bookkeeping(input);
    let mut clashing = Vec::new();
    for field in input.kept() {
        let name = field.ident.unraw().to_string();
        let column = match &field.source {
            Source::Column(column) => column.unraw().to_string(),
            Source::Computed | Source::Elsewhere | Source::Embedded(_) => name.clone(),
        };
        let message = if own.contains(&column) {
            format!(
                "the version table needs the column `{column}` for itself; rename the column of \
                 the table, or take it out of the history: `#[versioned(exclude({column}))]`"
            )
        } else if own.contains(&name) {
            format!(
                "`{}` needs the field `{name}` for itself; rename this one and keep its column: \
                 `#[diesel(column_name = {column})]`",
                input.version
            )
        } else {
            continue;
        };
        errors.push(syn::Error::new(field.ident.span(), message));
        clashing.push(field.ident.clone());
    }
    input.fields.retain(|field| !clashing.contains(field.ident));
}

/// The table cannot be its own history.
fn check_version_table(input: &mut Input, errors: &mut Vec<syn::Error>) {
    let text = |path: &Path| path.to_token_stream().to_string();
    if text(&input.version_table) == text(&input.table) {
        let error = Error::VersionTableIsTable {
            table: named_like(&input.table),
        };
        errors.push(syn::Error::new_spanned(&input.version_table, error));
        input.version_table = sibling(&input.table);
    }
}

/// What reads a row is derived already; a second time would be a conflict far from its cause.
fn check_derives(input: &mut Input, errors: &mut Vec<syn::Error>) {
    let version = &input.version;
    input.attr.derives.retain(|path| {
        let name = last(path);
        let twice = ["HasQuery", "Queryable", "Selectable"].contains(&name.as_str());
        if twice {
            let message = format!(
                "`{name}` is in conflict with `Queryable` and `Selectable`, which `{version}` \
                 derives in any case; take it out of `derive(…)`"
            );
            errors.push(syn::Error::new_spanned(path, message));
        }
        !twice
    });
}

/// The names of the fields and columns that every version has, or has as flags.
fn bookkeeping(input: &Input) -> Vec<String> {
    let own = [TRANSACTION_ID, END_TRANSACTION_ID, OPERATION_TYPE].map(str::to_owned);
    let tracked = flagged(input).into_iter().map(|(column, _)| column);
    let flags = tracked
        .chain(&input.attr.hidden)
        .map(|column| flag_of(input, column).unraw().to_string());
    own.into_iter().chain(flags).collect()
}

fn named_like(table: &Path) -> TableName {
    TableName {
        schema: None,
        name: last(table),
    }
}

/// The columns that options name and the key does not.
pub(crate) fn named_columns<'a>(input: &'a Input) -> impl Iterator<Item = &'a Ident> {
    input
        .attr
        .columns()
        .map(|(_, column)| column)
        .filter(|column| !input.is_key(column))
}

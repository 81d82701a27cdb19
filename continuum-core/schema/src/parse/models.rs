//! Structs with `#[derive(Versioned)]`.

use super::attr::{VersionedAttr, name_of};
use super::cfg::switched_on;
use super::diesel::{DieselAttr, inferred_table};
use super::error::{Place, SourceError};
use super::walk::each_item;
use crate::versioned::Options;
use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Item, Meta, Path, Token};

/// The derive that makes a struct a model here.
const DERIVE: &str = "Versioned";

/// A struct with `#[derive(Versioned)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The struct, without `r#`.
    pub struct_name: String,
    /// The file, as the caller named it.
    pub file: String,
    /// The line of its name, from 1.
    pub line: usize,
    /// The column of its name, from 1.
    pub column: usize,
    /// The Rust name of its table: the last segment of `#[diesel(table_name = …)]`, or the name
    /// that Diesel infers.
    pub table: String,
    /// All segments of the path of its table.
    pub table_path: Vec<String>,
    /// What `#[versioned(…)]` says.
    pub options: Options,
    places: Vec<(&'static str, String, Place)>,
}

/// The structs with `#[derive(Versioned)]` in the text of a Rust file, in order.
///
/// The derive may be under `#[cfg_attr(…)]` and may have a path; its last segment counts.
pub fn models(source: &str, file: &str) -> Result<Vec<Model>, Vec<SourceError>> {
    // A file without the word need not even be readable: it may be a template.
    if !source.contains(DERIVE) {
        return Ok(Vec::new());
    }
    let parsed =
        syn::parse_file(source).map_err(|error| vec![SourceError::not_rust(file, &error)])?;
    let mut found = Vec::new();
    let mut errors = Vec::new();
    each_item(&parsed, |_, item| {
        let (ident, attributes) = match item {
            Item::Struct(item) => (&item.ident, &item.attrs),
            Item::Enum(item) => (&item.ident, &item.attrs),
            Item::Union(item) => (&item.ident, &item.attrs),
            _ => return,
        };
        if !derives_versioned(attributes) {
            return;
        }
        if !matches!(item, Item::Struct(_)) {
            errors.push(syn::Error::new(ident.span(), only_structs(ident)));
            return;
        }
        found.push(Model::new(ident, attributes, file, &mut errors));
    });
    if errors.is_empty() {
        Ok(found)
    } else {
        Err(errors
            .into_iter()
            .flat_map(|error| SourceError::from_syn(file, error))
            .collect())
    }
}

/// What is said of an enum that derives `Versioned`.
pub fn only_structs(ident: &Ident) -> String {
    format!(
        "`{ident}` is no struct; `Versioned` is for the struct that a row of a table is read \
         into: derive it there"
    )
}

impl Model {
    fn new(
        ident: &Ident,
        attributes: &[Attribute],
        file: &str,
        errors: &mut Vec<syn::Error>,
    ) -> Self {
        let versioned = VersionedAttr::from_attributes(attributes, errors);
        let diesel = DieselAttr::from_attributes(attributes, errors);
        let struct_name = name_of(ident);
        let table_path: Vec<_> = match &diesel.table_name {
            Some(path) => path.segments.iter().map(|s| name_of(&s.ident)).collect(),
            None => vec![inferred_table(&struct_name)],
        };
        let place = Place::from(ident.span());
        Self {
            struct_name,
            file: file.to_owned(),
            line: place.line,
            column: place.column,
            table: table_path.last().cloned().unwrap_or_default(),
            table_path,
            options: versioned.options(),
            places: places(&versioned, &diesel),
        }
    }

    /// A mistake in what the struct says, at the token that says it: `option` and the column
    /// that it names, or the option alone.
    pub(super) fn error(
        &self,
        option: &str,
        column: &str,
        message: impl Into<String>,
    ) -> SourceError {
        let place = self
            .places
            .iter()
            .rev()
            .find(|(by, named, _)| *by == option && named == column)
            .map_or(self.place(), |(_, _, place)| *place);
        SourceError::new(&self.file, place, message)
    }

    /// Whether `#[diesel(table_name = …)]` is there.
    pub(super) fn names_its_table(&self) -> bool {
        self.places.iter().any(|(by, ..)| *by == DIESEL_TABLE)
    }

    fn place(&self) -> Place {
        Place {
            line: self.line,
            column: self.column,
        }
    }
}

/// The option of [`Model::error`] for `#[diesel(table_name = …)]`.
pub(super) const DIESEL_TABLE: &str = "diesel table_name";
/// The option of [`Model::error`] for `#[versioned(table_name = …)]`.
pub(super) const VERSION_TABLE: &str = "versioned table_name";

fn places(versioned: &VersionedAttr, diesel: &DieselAttr) -> Vec<(&'static str, String, Place)> {
    let path = |option, path: &Option<Path>| {
        path.as_ref()
            .map(|path| (option, String::new(), path.span().into()))
    };
    versioned
        .columns()
        .map(|(option, ident)| (option, name_of(ident), ident.span().into()))
        .chain(path(VERSION_TABLE, &versioned.table_name))
        .chain(path(DIESEL_TABLE, &diesel.table_name))
        .collect()
}

fn derives_versioned(attributes: &[Attribute]) -> bool {
    switched_on(attributes)
        .iter()
        .filter(|meta| meta.path().is_ident("derive"))
        .filter_map(|meta| match meta {
            Meta::List(list) => Some(list),
            _ => None,
        })
        .filter_map(|list| {
            list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .any(|path| {
            path.segments
                .last()
                .is_some_and(|segment| segment.ident == DERIVE)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(String, String)> {
        models(source, "models.rs")
            .unwrap()
            .into_iter()
            .map(|model| (model.struct_name, model.table))
            .collect()
    }

    #[test]
    fn every_form_of_the_derive_is_found_wherever_the_struct_stands() {
        let source = r##"
            #[derive(Queryable, Versioned)] struct Article { id: i32 }
            #[derive(continuum_core::Versioned)]
            #[diesel(belongs_to(Article), table_name = crate::schema::r#type)]
            struct Kind { id: i32 }
            mod inner {
                #[cfg_attr(feature = "history", derive(Clone, Versioned), diesel(table_name = x))]
                pub(crate) struct r#BlogPost { id: i32 }
            }
            fn f() { #[derive(Versioned)] struct Local { id: i32 } }
            db_object! { #[derive(Versioned)] pub struct InMacro { id: i32 } }
            #[derive(Queryable)] struct NotVersioned { id: i32 }
            #[cfg(test)] mod tests { #[derive(Versioned)] struct Test { id: i32 } }
        "##;
        let expected = [
            ("Article", "articles"),
            ("Kind", "type"),
            ("BlogPost", "x"),
            ("Local", "locals"),
            ("InMacro", "in_macros"),
        ];
        assert_eq!(
            found(source),
            expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn a_model_says_where_it_stands() {
        let model = &models(
            "\n#[derive(Versioned)]\npub struct Article { id: i32 }",
            "m.rs",
        )
        .unwrap()[0];
        assert_eq!((model.line, model.column), (3, 12));
        assert_eq!(model.table_path, ["articles"]);
        assert_eq!(model.options, Options::default());
    }

    #[test]
    fn a_file_without_the_word_is_not_read() {
        assert_eq!(found("{{ template }}"), []);
    }

    #[test]
    fn mistakes_of_all_structs_are_reported_together() {
        let source = "
#[derive(Versioned)]
#[versioned(exlude(a), strategy = \"log\")]
struct A { id: i32 }
#[derive(Versioned)]
#[diesel(table_name = \"b\")]
struct B { id: i32 }
#[derive(Versioned)]
enum C { D }";
        let errors = models(source, "src/models.rs").unwrap_err();
        let places: Vec<_> = errors.iter().map(|e| (e.line, e.column)).collect();
        assert_eq!(places, [(3, 13), (3, 35), (6, 10), (9, 6)]);
        assert!(
            errors[0]
                .to_string()
                .starts_with("src/models.rs:3:13: unknown option `exlude`")
        );
    }
}

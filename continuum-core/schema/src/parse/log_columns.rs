//! `transaction_columns!`: columns of an application's own in the transaction log.

mod declaration;

use super::error::{Place, SourceError};
use super::nearest::nearest;
use super::walk::{each_item, macro_name};
use crate::log_column::{Action, LogColumn, Reference};
use crate::model::Table;
use proc_macro2::Span;
use syn::Item;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

pub use declaration::{ColumnDeclaration, ColumnsDeclaration, ReferenceDeclaration};

/// The macro.
const MACRO: &str = "transaction_columns";

/// A column as it stands in the source.
#[derive(Debug, Clone)]
pub struct DeclaredColumn {
    /// What is known without its tables: it references nothing.
    column: LogColumn,
    reference: Option<(Vec<String>, String, Action, Action)>,
    file: String,
    place: Place,
    reference_place: Place,
}

/// The columns that `transaction_columns!` declares in the text of a Rust file, in order.
pub fn transaction_columns(
    source: &str,
    file: &str,
) -> Result<Vec<DeclaredColumn>, Vec<SourceError>> {
    if !source.contains(MACRO) {
        return Ok(Vec::new());
    }
    let parsed =
        syn::parse_file(source).map_err(|error| vec![SourceError::not_rust(file, &error)])?;
    let mut found = Vec::new();
    let mut errors = Vec::new();
    each_item(&parsed, |_, item| {
        let Item::Macro(item) = item else { return };
        if macro_name(&item.mac) != MACRO {
            return;
        }
        match item.mac.parse_body::<ColumnsDeclaration>() {
            Err(error) => errors.push(error),
            Ok(declaration) => {
                errors.extend(declaration.mistakes());
                let columns = declaration.columns.iter();
                found.extend(columns.map(|column| DeclaredColumn::new(column, file)));
            }
        }
    });
    if errors.is_empty() {
        Ok(found)
    } else {
        let errors = errors.into_iter();
        Err(errors
            .flat_map(|error| SourceError::from_syn(file, error))
            .collect())
    }
}

/// The same with the tables that they reference; each column once.
pub fn log_columns(
    tables: &[Table],
    declared: &[DeclaredColumn],
) -> Result<Vec<LogColumn>, Vec<SourceError>> {
    let mut errors = Vec::new();
    let mut found: Vec<(&DeclaredColumn, LogColumn)> = Vec::new();
    for column in declared {
        let resolved = match column.resolve(tables) {
            Ok(resolved) => resolved,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        match found.iter().find(|(_, other)| other.is(&resolved)) {
            None => found.push((column, resolved)),
            // For two `cfg`.
            Some((_, other)) if *other == resolved => {}
            Some((first, _)) => errors.push(column.error(
                column.place,
                format!(
                    "the column {} of the transaction log is declared in another way at \
                     {}:{}:{}; declare it once, or in the same words",
                    resolved.name(),
                    first.file,
                    first.place.line,
                    first.place.column
                ),
            )),
        }
    }
    if errors.is_empty() {
        Ok(found.into_iter().map(|(_, column)| column).collect())
    } else {
        Err(errors)
    }
}

impl DeclaredColumn {
    fn new(declaration: &ColumnDeclaration, file: &str) -> Self {
        let references = declaration.references.as_ref();
        Self {
            column: declaration.log_column(),
            reference: references.map(|to| {
                let segments = to.table.segments.iter();
                (
                    segments.map(|s| s.ident.unraw().to_string()).collect(),
                    to.column.unraw().to_string(),
                    to.on_delete,
                    to.on_update,
                )
            }),
            file: file.to_owned(),
            place: declaration.definition.column_name.span().into(),
            reference_place: references
                .map_or(Span::call_site(), |to| to.table.span())
                .into(),
        }
    }

    /// The name in the database.
    pub fn name(&self) -> &str {
        self.column.name()
    }

    /// A mistake that is found later.
    pub fn mistake(&self, message: String) -> SourceError {
        self.error(self.place, message)
    }

    fn error(&self, place: Place, message: String) -> SourceError {
        SourceError::new(&self.file, place, message)
    }

    fn resolve(&self, tables: &[Table]) -> Result<LogColumn, SourceError> {
        let Some((path, column, on_delete, on_update)) = &self.reference else {
            return Ok(self.column.clone());
        };
        let name = path.last().map_or("", String::as_str);
        let refuse = |message| Err(self.error(self.reference_place, message));
        let Some(table) = named(tables, path) else {
            let names: Vec<_> = tables.iter().map(|t| t.rust_name.as_str()).collect();
            let cure = match nearest(name, names.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("its tables are: {}", names.join(", ")),
            };
            return refuse(format!(
                "`{}` references `{name}`, but the schema has no `table!` of that name; {cure}",
                self.name()
            ));
        };
        let Some(target) = table.column_by_rust_name(column) else {
            let names: Vec<_> = table.columns.iter().map(|c| c.rust_name.as_str()).collect();
            return refuse(format!(
                "`{}` references the column `{column}`, which table {} does not have; its columns \
                 are: {}",
                self.name(),
                table.name,
                names.join(", ")
            ));
        };
        Ok(LogColumn {
            references: Some(Reference {
                table: table.name.clone(),
                column: target.name.clone(),
                on_delete: *on_delete,
                on_update: *on_update,
            }),
            ..self.column.clone()
        })
    }
}

/// Where several tables have the name, the module decides that the path names: `diesel
/// print-schema` calls it after the schema.
fn named<'a>(tables: &'a [Table], path: &[String]) -> Option<&'a Table> {
    let module = path.iter().rev().nth(1).map(String::as_str);
    let mut named: Vec<_> = tables
        .iter()
        .filter(|table| Some(&table.rust_name) == path.last())
        .collect();
    named.sort_by_key(|table| {
        let schema = table.name.schema.as_deref();
        (schema != module || module.is_none(), schema.is_some())
    });
    named.first().copied()
}

#[cfg(test)]
mod tests {
    use super::super::tables;
    use super::*;

    const SCHEMA: &str = "
        table! { users (id) { #[sql_name = \"ID\"] id -> BigInt, name -> Text, } }
        mod blog { table! { blog.users (id) { id -> BigInt, } } }
    ";

    fn columns(source: &str) -> Result<Vec<LogColumn>, Vec<String>> {
        let tables = tables(SCHEMA, "schema.rs").unwrap();
        transaction_columns(source, "models.rs")
            .and_then(|declared| log_columns(&tables, &declared))
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_part_of_a_declaration_is_read() {
        let found = columns(
            r#"continuum_core::transaction_columns! {
                use diesel::sql_types::*;
                /// The user that was signed in.
                user_id -> Nullable<BigInt> references crate::schema::users (id)
                    on delete set null on update cascade,
                #[sql_name = "of tenant"]
                #[max_length = 16]
                tenant -> Nullable<Binary>,
                #[sql_type = "mood"]
                r#type -> Nullable<crate::sql_types::Mood> as crate::Mood,
            }"#,
        )
        .unwrap();
        let [user_id, tenant, mood] = found.as_slice() else {
            panic!("{found:?}");
        };
        let reference = user_id.references.as_ref().unwrap();
        assert_eq!(reference.table.to_string(), "users");
        assert_eq!(reference.column, "ID");
        assert_eq!(reference.on_delete, Action::SetNull);
        assert_eq!(reference.on_update, Action::Cascade);
        assert_eq!(tenant.name(), "of tenant");
        assert_eq!(tenant.column.sql_type.max_length, Some(16));
        assert_eq!(mood.declared_type.as_deref(), Some("mood"));
        assert_eq!(mood.column.rust_name, "type");
    }

    #[test]
    fn the_module_tells_tables_of_one_name_apart() {
        let table = |path| {
            let source = format!(
                "transaction_columns! {{ user_id -> Nullable<BigInt> references {path} (id) }}"
            );
            let found = columns(&source).unwrap();
            found[0].references.as_ref().unwrap().table.to_string()
        };
        assert_eq!(table("users"), "users");
        assert_eq!(table("schema::blog::users"), "blog.users");
    }

    #[test]
    fn mistakes_are_reported_at_their_tokens() {
        let mistake = |source: &str| {
            let errors = columns(&format!("transaction_columns! {{ {source} }}")).unwrap_err();
            errors.join("\n").replace("models.rs:", "")
        };
        assert_eq!(
            mistake("user_id -> BigInt, Actor -> Nullable<Text>, user_id -> Nullable<Text>"),
            "1:35: a change outside of a versioned_transaction says nothing of `user_id`, so it is \
             `Nullable<BigInt>`; `require = [\"user_id\"]` in continuum.toml refuses such a change\n\
             1:43: the transaction log has a column `Actor` already; choose another name\n\
             1:68: the column `user_id` is declared twice"
        );
        assert_eq!(
            mistake("a -> Nullable<BigInt> references users (id) on delete cascade"),
            "1:78: a transaction is not deleted with what one of its columns refers to, for the \
             versions that it made would lose it; say `on delete set null`, or nothing, which \
             refuses to delete what is referred to"
        );
        assert_eq!(
            mistake("a -> Nullable<BigInt> references usres (id)"),
            "1:57: `a` references `usres`, but the schema has no `table!` of that name; did you mean \
             `users`?"
        );
        assert_eq!(
            mistake("a -> Nullable<BigInt> references users (nr)"),
            "1:57: `a` references the column `nr`, which table users does not have; its columns are: \
             id, name"
        );
        assert_eq!(
            mistake("a -> Nullable<BigInt> reference users (id)"),
            "1:46: expected `,`; the correct format looks like `user_id -> Nullable<BigInt> \
             references users (id) on delete set null`"
        );
        assert_eq!(
            mistake("#[sql_type] a -> Nullable<BigInt>"),
            "1:24: the correct format looks like `#[sql_type = \"citext\"]`"
        );
    }
}

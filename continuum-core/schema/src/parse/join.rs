//! Putting models and tables together.

use super::error::SourceError;
use super::models::{DIESEL_TABLE, Model, VERSION_TABLE};
use super::nearest::nearest;
use crate::error::Error;
use crate::model::Table;
use crate::versioned::VersionedTable;

/// The tables that the models version, in the order of the tables.
///
/// Several structs may version one table, if they say the same of its history.
pub fn versioned_tables(
    tables: &[Table],
    models: &[Model],
) -> Result<Vec<VersionedTable>, Vec<SourceError>> {
    let mut errors = Vec::new();
    let mut found: Vec<(usize, &Model, VersionedTable)> = Vec::new();
    for model in models {
        let (index, table) = match table_of(tables, model) {
            Ok(found) => found,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let versioned = match VersionedTable::new(table.clone(), &model.options) {
            Ok(versioned) => versioned,
            Err(more) => {
                errors.extend(more.iter().map(|error| at_token(model, error)));
                continue;
            }
        };
        match found.iter().find(|(other, ..)| *other == index) {
            None => found.push((index, model, versioned)),
            Some((.., other)) if *other == versioned => {}
            Some((_, first, _)) => errors.push(differing(model, first)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    found.sort_by_key(|(index, ..)| *index);
    Ok(found.into_iter().map(|(.., versioned)| versioned).collect())
}

/// The table of a model, with its index. Where several have the name, the module decides that
/// the path names: `diesel print-schema` calls it after the schema.
fn table_of<'a>(tables: &'a [Table], model: &Model) -> Result<(usize, &'a Table), SourceError> {
    let mut named: Vec<_> = tables
        .iter()
        .enumerate()
        .filter(|(_, table)| table.rust_name == model.table)
        .collect();
    let module = model.table_path.iter().rev().nth(1).map(String::as_str);
    for schema in [module, None] {
        let (inside, outside): (Vec<_>, Vec<_>) = named
            .into_iter()
            .partition(|(_, table)| table.name.schema.as_deref() == schema);
        if !inside.is_empty() {
            named = inside;
            break;
        }
        named = outside;
    }
    match named.as_slice() {
        [] => Err(model.error(DIESEL_TABLE, "", unknown_table(tables, model))),
        // A table that is there twice in the same words, for two `cfg`, is one.
        [first, others @ ..] if others.iter().all(|(_, table)| *table == first.1) => Ok(*first),
        _ => Err(model.error(DIESEL_TABLE, "", ambiguous_table(model, named.len()))),
    }
}

fn at_token(model: &Model, error: &Error) -> SourceError {
    let message = error.to_string();
    match error {
        Error::UnknownColumn { option, column, .. } | Error::KeyColumn { option, column, .. } => {
            model.error(option, column, message)
        }
        Error::VersionTableIsTable { .. } => model.error(VERSION_TABLE, "", message),
        _ => model.error("", "", message),
    }
}

/// How many tables are worth reading through.
const LISTED: usize = 12;

fn unknown_table(tables: &[Table], model: &Model) -> String {
    let names = tables.iter().map(|table| table.rust_name.as_str());
    let cure = match nearest(&model.table, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if model.names_its_table() && tables.len() <= LISTED => {
            format!("its tables are: {}", names.collect::<Vec<_>>().join(", "))
        }
        None => "name its table with `#[diesel(table_name = …)]`, or take `Versioned` away if it \
                 belongs to none"
            .to_owned(),
    };
    format!(
        "`{}` is versioned, but the schema has no `table!` of the name `{}`; {cure}",
        model.struct_name, model.table
    )
}

fn ambiguous_table(model: &Model, count: usize) -> String {
    format!(
        "`{}` is versioned, but the schema has {count} different `table!` of the name `{}`; say \
         which one by the module of its schema: `#[diesel(table_name = crate::schema::blog::{})]`",
        model.struct_name, model.table, model.table
    )
}

fn differing(model: &Model, first: &Model) -> SourceError {
    model.error(
        "",
        "",
        format!(
            "`{}` and `{}` ({}:{}:{}) both version the table `{}`, but differ in what they say of \
             its history; write the same `#[versioned(…)]` on both",
            model.struct_name, first.struct_name, first.file, first.line, first.column, model.table
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::{models, tables};
    use super::*;

    const SCHEMA: &str = "
        table! { users (id) { id -> Integer, name -> Text, password -> Text, } }
        table! { articles (id) { id -> Integer, name -> Text, } }
        table! { articles_version (id, transaction_id) { id -> Integer, transaction_id -> BigInt, } }
    ";

    fn join(schema: &str, source: &str) -> Result<Vec<String>, Vec<String>> {
        let tables = tables(schema, "schema.rs").unwrap();
        let models = models(source, "models.rs").unwrap();
        versioned_tables(&tables, &models)
            .map(|found| found.iter().map(|t| t.table.name.to_string()).collect())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn tables_come_in_the_order_of_the_schema() {
        let source = "
            #[derive(Versioned)] struct Article { id: i32 }
            #[derive(Versioned)] #[versioned(hidden(password))] struct User { id: i32 }
        ";
        assert_eq!(join(SCHEMA, source).unwrap(), ["users", "articles"]);
    }

    #[test]
    fn an_unknown_table_is_reported_with_the_nearest() {
        let source =
            "#[derive(Versioned)] #[diesel(table_name = schema::artcles)] struct A { id: i32 }
            #[derive(Versioned)] struct Comment { id: i32 }
            #[derive(Versioned)] #[diesel(table_name = tags)] struct Tag { id: i32 }";
        assert_eq!(
            join(SCHEMA, source).unwrap_err(),
            [
                "models.rs:1:44: `A` is versioned, but the schema has no `table!` of the name \
                 `artcles`; did you mean `articles`?",
                "models.rs:2:41: `Comment` is versioned, but the schema has no `table!` of the \
                 name `comments`; name its table with `#[diesel(table_name = …)]`, or take \
                 `Versioned` away if it belongs to none",
                "models.rs:3:56: `Tag` is versioned, but the schema has no `table!` of the name \
                 `tags`; its tables are: users, articles, articles_version",
            ]
        );
    }

    #[test]
    fn structs_of_one_table_must_say_the_same() {
        let source = "#[derive(Versioned)] #[versioned(exclude(password))] struct User { id: i32 }
#[derive(Versioned)] #[versioned(include(name))] #[diesel(table_name = users)] struct Same { id: i32 }
#[derive(Versioned)] #[diesel(table_name = users)] struct Other { id: i32 }";
        assert_eq!(
            join(SCHEMA, source).unwrap_err(),
            [
                "models.rs:3:59: `Other` and `User` (models.rs:1:61) both version the table `users`, \
              but differ in what they say of its history; write the same `#[versioned(…)]` on both"
            ]
        );
    }

    #[test]
    fn mistakes_in_options_are_reported_at_their_tokens() {
        let source = "#[derive(Versioned)]
#[versioned(exclude(id), hidden(pasword), table_name = users)]
struct User { id: i32 }";
        let errors = join(SCHEMA, source).unwrap_err();
        let places: Vec<_> = errors
            .iter()
            .map(|e| e.split(": ").next().unwrap())
            .collect();
        assert_eq!(
            places,
            ["models.rs:2:21", "models.rs:2:33", "models.rs:2:56"]
        );
    }

    #[test]
    fn tables_of_one_name_are_told_apart_by_schema() {
        let schema = "
            table! { articles (id) { id -> Integer, } }
            mod blog { table! { blog.articles (id) { id -> Integer, name -> Text, } } }
            mod shop { table! { shop.articles (id) { id -> Integer, price -> Integer, } } }
        ";
        let table = |path| {
            join(
                schema,
                &format!(
                    "#[derive(Versioned)] #[diesel(table_name = {path})] struct A {{ id: i32 }}"
                ),
            )
        };
        assert_eq!(
            table("crate::schema::blog::articles").unwrap(),
            ["blog.articles"]
        );
        assert_eq!(table("crate::schema::articles").unwrap(), ["articles"]);
        let twice = "table! { a { id -> Integer } } table! { a { id -> BigInt } }";
        let source = "#[derive(Versioned)] struct A { id: i32 }";
        assert!(
            join(
                &twice.replace(" a ", " as_ "),
                &source.replace(" A ", " As_ ")
            )
            .is_err()
        );
        let same = "#[cfg(unix)] table! { bs { id -> Integer } } #[cfg(windows)] table! { bs { id -> Integer } }";
        assert_eq!(join(same, &source.replace(" A ", " B ")).unwrap(), ["bs"]);
    }
}

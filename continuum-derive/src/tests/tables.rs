use super::{check, errors};
use crate::version_tables_inner as version_tables;
use quote::quote;

#[test]
fn tables_in_the_macro_get_version_tables() {
    let input = quote! {
        #[versioned(strategy = "subquery", exclude(view_count), hidden(secret))]
        diesel::table! {
            /// Articles.
            articles (id) {
                id -> Integer,
                #[max_length = 80]
                name -> Varchar,
                view_count -> Integer,
                secret -> Nullable<Text>,
            }
        }
        #[cfg(feature = "shop")]
        mod shop {
            #[versioned(table_name = line_log)]
            diesel::table! {
                use diesel::sql_types::{Integer, Text};
                use super::super::sql_types::Mood;
                #[sql_name = "order lines"]
                shop.lines (r#type, order_id) {
                    #[sql_name = "order id"]
                    order_id -> Integer,
                    r#type -> Text,
                    moods -> Array<Nullable<Mood>>,
                }
            }
            diesel::joinable!(lines -> orders (order_id));
        }
        pub struct Other;
    };
    check("tables_inline", version_tables(input));
}

#[test]
fn a_table_that_tracks_changes_gets_flags() {
    let input = quote! {
        #[versioned(track_changes, exclude(view_count), hidden(secret))]
        diesel::table! {
            articles (id) {
                id -> Integer,
                #[sql_name = "name of it"]
                name -> Text,
                r#type -> Nullable<Text>,
                view_count -> Integer,
                secret -> Nullable<Text>,
            }
        }
    };
    check("tables_track_changes", version_tables(input));
}

#[test]
fn tables_in_a_file_get_version_tables_where_the_models_are_versioned() {
    let input = quote!(
        "tests/fixtures/shop/schema.rs",
        models = "tests/fixtures/shop"
    );
    check("tables_by_file", version_tables(input));
}

#[test]
fn the_module_leads_from_elsewhere_to_the_tables() {
    let input = quote! {
        "tests/fixtures/shop/schema.rs",
        models = "tests/fixtures/shop/models.rs",
        module = crate::schema,
    };
    check("tables_by_file_elsewhere", version_tables(input));
}

#[test]
fn mistakes_in_files_name_the_file_and_the_line() {
    let input = |schema: &str| {
        let schema = format!("tests/fixtures/mistakes/{schema}");
        quote!(#schema, models = "tests/fixtures/mistakes/models.rs")
    };
    assert_eq!(
        errors(version_tables(input("schema.rs"))),
        [
            "tests/fixtures/mistakes/models.rs:2:13: unknown option `exlude`; did you mean \
             `exclude`? the options are `exclude`, `include`, `hidden`, `table_name`, `strategy`, \
             `track_changes`, `derive`",
            "tests/fixtures/mistakes/models.rs:8:10: the correct format looks like \
             `#[diesel(table_name = crate::schema::articles)]`",
        ]
    );
    assert_eq!(
        errors(version_tables(input("broken_schema.rs"))),
        [
            "tests/fixtures/mistakes/broken_schema.rs:3:12: expected `->`, in a `table!`; one \
             `table!` defines one table: `articles (id) { id -> Integer, }`"
        ]
    );
    let missing = errors(version_tables(input("no_schema.rs")));
    assert!(
        missing[0].starts_with("cannot read tests/fixtures/mistakes/no_schema.rs: "),
        "{missing:?}"
    );
}

#[test]
fn version_tables_that_are_there_already_are_not_made_again() {
    let input = quote!(
        "tests/fixtures/printed/schema.rs",
        models = "tests/fixtures/printed"
    );
    assert_eq!(
        errors(version_tables(input)),
        [
            "line 6 defines `articles_version` already, so there is nothing to generate for it; \
             take that `table!` away, or this macro if `diesel print-schema` prints the version \
             tables"
        ]
    );
}

#[test]
fn a_directory_without_versioned_structs_is_an_error() {
    let input = quote!(
        "tests/fixtures/printed/schema.rs",
        models = "tests/expansions/empty"
    );
    let without = errors(version_tables(input));
    assert!(
        without[0].starts_with("cannot read tests/expansions/empty"),
        "{without:?}"
    );
    let input = quote!(
        "tests/fixtures/printed/schema.rs",
        models = "tests/fixtures/printed/schema.rs"
    );
    assert_eq!(
        errors(version_tables(input)),
        [
            "no struct under tests/fixtures/printed/schema.rs derives `Versioned`; name the \
          directory of the models: `models = \"…\"`"
        ]
    );
}

#[test]
fn every_mistake_in_the_macro_is_reported() {
    let input = quote! {
        #[versioned(exclude(id, nome), derive(Debug))]
        diesel::table! { articles (id) { id -> Integer, } }
        #[versioned]
        diesel::joinable!(a -> b (c));
        diesel::table! { tags { name -> Text, } }
    };
    assert_eq!(
        errors(version_tables(input)),
        [
            "a table derives nothing; `derive(…)` belongs on the struct that derives `Versioned`",
            "`exclude` names `id`, which is part of the key of table articles; the key is always \
             in the history, so take it out of `exclude`",
            "`exclude` names the column `nome`, which table articles does not have; its columns \
             are: id",
            "not expected here; `#[versioned(…)]` belongs on a `table!`",
        ]
    );
}

#[test]
fn wrong_arguments_are_reported_with_the_right_form() {
    let form = "the correct format looks like `version_tables!(\"src/schema.rs\", \
                models = \"src\", module = crate::schema)`";
    assert_eq!(
        errors(version_tables(
            quote!("src/schema.rs", modles = "src", module = x, models "y")
        )),
        [
            format!("unknown argument; {form}"),
            format!("write the path from the root of the crate: `module = crate::schema`; {form}"),
            format!("expected `=`; {form}"),
        ]
    );
    let forms = "write `version_tables!(\"src/schema.rs\")` or \
                 `version_tables! { diesel::table! { … } }`";
    assert_eq!(errors(version_tables(quote!())), [forms]);
    assert_eq!(
        errors(version_tables(quote!(articles (id) { id -> Integer }))),
        [format!("expected `!`; {forms}")]
    );
}

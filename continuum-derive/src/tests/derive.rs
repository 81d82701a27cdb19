use super::{check, errors};
use crate::derive_versioned_inner as derive;
use quote::quote;

#[test]
fn a_struct_gets_its_version_and_queries() {
    let input = quote! {
        #[derive(Queryable, Selectable, Identifiable, Versioned)]
        #[diesel(table_name = crate::schema::articles)]
        #[versioned(exclude(view_count), hidden(secret), derive(Debug, Clone, PartialEq))]
        pub struct Article {
            pub id: i32,
            /// What it is called.
            pub name: String,
            pub content: Option<String>,
            pub view_count: i32,
            pub secret: String,
        }
    };
    check("article", derive(input));
}

#[test]
fn options_and_attributes_reach_the_version() {
    let input = quote! {
        /// A line of an order.
        #[derive(Versioned)]
        #[diesel(primary_key(order_id, r#type), check_for_backend(diesel::pg::Pg))]
        #[diesel(table_name = schema::lines, belongs_to(Order))]
        #[versioned(table_name = crate::history::line_log, strategy = "subquery")]
        #[versioned(include(r#type, amount), hidden(r#priv), derive(serde::Serialize))]
        #[serde(rename_all = "camelCase")]
        #[allow(clippy::struct_field_names)]
        #[expect(unused)]
        pub(crate) struct r#Line {
            pub(super) order_id: Uuid,
            #[diesel(column_name = r#type)]
            #[serde(rename = "type")]
            kind: Kind,
            #[diesel(deserialize_as = Map<Text, Cents>, serialize_as = i64)]
            #[validate(range(min = 0))]
            pub amount: Cents,
            pub note: String,
            #[diesel(select_expression = lines::amount + schema::lines::tax)]
            #[diesel(select_expression_type = dsl::Add<lines::amount, lines::tax>)]
            pub gross: Cents,
            #[diesel(select_expression = orders::title.nullable())]
            pub order: Option<String>,
        }
    };
    check("options", derive(input));
}

#[test]
fn a_version_that_tracks_changes_has_flags() {
    let input = quote! {
        #[diesel(table_name = articles)]
        #[versioned(track_changes, exclude(view_count), hidden(secret))]
        pub struct Article {
            id: i32,
            pub name: String,
            #[diesel(column_name = r#type)]
            pub kind: Option<String>,
            #[cfg(feature = "blog")]
            pub content: Option<String>,
            pub view_count: i32,
            #[diesel(select_expression = articles::name)]
            pub title: String,
        }
    };
    check("track_changes", derive(input));
}

#[test]
fn names_that_diesel_changes_are_followed() {
    let input = quote! {
        #[versioned(hidden(match_))]
        struct Token {
            #[diesel(column_name = "type_")]
            id: i32,
            token_: String,
            tokens_: String,
            match_: String,
        }
    };
    let renamed = quote! {
        #[diesel(primary_key(type_))]
        #input
    };
    check("renamed_by_diesel", derive(renamed));
}

#[test]
fn every_mistake_in_a_struct_is_reported() {
    let input = quote! {
        #[diesel(table_name = articles, primary_key(id, tenant))]
        #[versioned(exclude(id), hidden(id, secret), table_name = articles, derive(Debug, diesel::Queryable))]
        struct Article {
            id: i32,
            transaction_id: i64,
            #[diesel(column_name = operation)]
            operation_type: i64,
            secret_mod: bool,
            #[diesel(embed)]
            author: Author,
            #[diesel(column_name = "view count")]
            views: i32,
        }
    };
    check("mistakes", derive(input));
}

#[test]
fn what_has_no_version_is_refused() {
    let refused = |input| errors(derive(input)).join("\n");
    assert_eq!(
        refused(quote!(
            enum Article {
                A,
            }
        )),
        "`Article` is no struct; `Versioned` is for the struct that a row of a table is read \
         into: derive it there"
    );
    assert_eq!(
        refused(quote!(
            struct Article<'a, T> {
                id: &'a T,
            }
        )),
        "`Article` has parameters, which its versions could not have; derive `Versioned` for a \
         struct that owns its values and names their types"
    );
    assert_eq!(
        refused(quote!(
            struct Article(i32);
        )),
        "`Article` has no named fields, and its versions need names beside their own; write it \
         as `struct Article { id: i32, … }`"
    );
}

use super::{check, errors};
use crate::transaction_columns_inner as transaction_columns;
use quote::quote;

#[test]
fn columns_of_the_log_get_diesels_impls_a_struct_and_joins() {
    let input = quote! {
        use diesel::sql_types::*;
        use super::super::sql_types::Mood as SqlMood;
        /// The user that was signed in.
        user_id -> Nullable<BigInt> references crate::schema::users (id) on delete set null,
        #[sql_name = "on behalf, of"]
        #[max_length = 36]
        behalf -> Nullable<Varchar> references tenants (key) on update cascade,
        #[sql_type = "mood"]
        r#type -> Nullable<SqlMood> as super::Mood,
    };
    check("transaction_columns", transaction_columns(input));
}

#[test]
fn two_references_to_one_table_are_no_join() {
    let input = quote! {
        user_id -> Nullable<BigInt> references users (id),
        on_behalf_of -> Nullable<BigInt> references users (id),
    };
    let expanded = transaction_columns(input).to_string();
    assert!(!expanded.contains("joinable_inner"), "{expanded}");
    assert_eq!(expanded.matches("TableNotEqual").count(), 2, "{expanded}");
}

#[test]
fn a_type_that_is_not_diesels_says_what_its_values_are() {
    let mistakes = errors(transaction_columns(quote! {
        mood -> Nullable<crate::sql_types::Mood>,
        places -> Nullable<Array<Text>>,
    }));
    assert_eq!(
        mistakes,
        [
            "say what its values are in Rust, behind the type: `mood -> \
             Nullable<crate::sql_types::Mood> as crate::Mood`",
            "say what its values are in Rust, behind the type: `places -> Nullable<Array<Text>> as \
             crate::Mood`"
        ]
    );
}

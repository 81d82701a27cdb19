/// Columns of the application's own in the transaction log.
pub mod transaction_columns {
    use diesel::sql_types::*;
    use super::super::sql_types::Mood as SqlMood;
    ::continuum_core::__transaction_column! {
        #[doc = r" The user that was signed in."] user_id, "user_id", Nullable < BigInt >
    }
    ::continuum_core::__transaction_column! {
        #[doc = " `on behalf, of`."] behalf, "on behalf, of", Nullable < Varchar >
    }
    ::continuum_core::__transaction_column! {
        #[doc = " `type`."] r#type, "type", Nullable < SqlMood >
    }
}
/// What the columns of the application's own say of a transaction: selected beside
/// [`Transaction`](::continuum_core::Transaction).
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::diesel::Queryable,
    ::diesel::Selectable,
)]
#[diesel(table_name = transaction_columns)]
pub struct TransactionColumns {
    /// The user that was signed in.
    pub user_id: ::core::option::Option<::core::primitive::i64>,
    /// `on behalf, of`.
    pub behalf: ::core::option::Option<::std::string::String>,
    /// `type`.
    pub r#type: ::core::option::Option<super::Mood>,
}
::continuum_core::__transaction_column_value! {
    transaction_columns::user_id, "user_id", ::core::primitive::i64
}
::continuum_core::__transaction_column_value! {
    transaction_columns::behalf, "x_026a718832632145", ::std::string::String
}
::continuum_core::__transaction_column_value! {
    transaction_columns::r#type, "type", super::Mood
}
::diesel::joinable_inner!(
    left_table_ty = ::continuum_core::continuum_transaction::table, right_table_ty =
    crate ::schema::users::table, right_table_expr = crate ::schema::users::table,
    foreign_key = transaction_columns::user_id, primary_key_ty = crate
    ::schema::users::id, primary_key_expr = crate ::schema::users::id,
);
::diesel::joinable_inner!(
    left_table_ty = crate ::schema::users::table, right_table_ty =
    ::continuum_core::continuum_transaction::table, right_table_expr =
    ::continuum_core::continuum_transaction::table, foreign_key =
    transaction_columns::user_id, primary_key_ty = crate ::schema::users::id,
    primary_key_expr = crate ::schema::users::id,
);
impl ::diesel::query_source::TableNotEqual<
    ::continuum_core::continuum_transaction::table,
> for crate::schema::users::table {}
impl ::diesel::query_source::TableNotEqual<crate::schema::users::table>
for ::continuum_core::continuum_transaction::table {}
::diesel::joinable_inner!(
    left_table_ty = ::continuum_core::continuum_transaction::table, right_table_ty =
    tenants::table, right_table_expr = tenants::table, foreign_key =
    transaction_columns::behalf, primary_key_ty = tenants::key, primary_key_expr =
    tenants::key,
);
::diesel::joinable_inner!(
    left_table_ty = tenants::table, right_table_ty =
    ::continuum_core::continuum_transaction::table, right_table_expr =
    ::continuum_core::continuum_transaction::table, foreign_key =
    transaction_columns::behalf, primary_key_ty = tenants::key, primary_key_expr =
    tenants::key,
);
impl ::diesel::query_source::TableNotEqual<
    ::continuum_core::continuum_transaction::table,
> for tenants::table {}
impl ::diesel::query_source::TableNotEqual<tenants::table>
for ::continuum_core::continuum_transaction::table {}

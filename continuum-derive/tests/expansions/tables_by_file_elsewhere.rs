const _: &::core::primitive::str = ::core::include_str!(
    "$DIR/tests/fixtures/shop/schema.rs"
);
const _: &::core::primitive::str = ::core::include_str!(
    "$DIR/tests/fixtures/shop/models.rs"
);
::diesel::table! {
    use diesel::sql_types::*;
    use crate::schema::sql_types::Mood;
    #[doc = " The versions of the rows of `orders`."]
    orders_version(id, transaction_id) {
        #[doc = " `id` in this version."]
        id -> Uuid,
        #[doc = " `type` in this version."]
        #[sql_name = "type"]
        type_ -> Nullable<Mood>,
        #[doc = " The transaction that made this version."]
        transaction_id -> ::diesel::sql_types::BigInt,
        #[doc = " The transaction that made the next version of the row."]
        end_transaction_id -> ::diesel::sql_types::Nullable<::diesel::sql_types::BigInt>,
        #[doc = " 0 insert, 1 update, 2 delete."]
        operation_type -> ::diesel::sql_types::SmallInt,
        #[doc = " Whether this version changed a hidden column: `secret_mod`."]
        secret_mod -> ::diesel::sql_types::Bool,
    }
}
#[cfg(feature = "lines")]
::diesel::table! {
    use diesel::sql_types::*;
    use crate::schema::shop::sql_types::Mood;
    #[doc = " The versions of the rows of `shop.Lines`."]
    #[sql_name = "Lines_version"]
    shop.lines_version(order_id, position, transaction_id) {
        #[doc = " `position` in this version."]
        position -> Integer,
        #[doc = " `order_id` in this version."]
        order_id -> Uuid,
        #[doc = " `name` in this version."]
        #[max_length = 80]
        name -> Varchar,
        #[doc = " `mood` in this version."]
        mood -> Mood,
        #[doc = " The transaction that made this version."]
        transaction_id -> ::diesel::sql_types::BigInt,
        #[doc = " 0 insert, 1 update, 2 delete."]
        operation_type -> ::diesel::sql_types::SmallInt,
    }
}
const _: () = {
    #[allow(unused_imports)]
    use self::orders_version as version_0;
    #[cfg(feature = "lines")]
    #[allow(unused_imports)]
    use self::lines_version as version_1;
    #[allow(unused_imports)]
    use crate::schema::orders as table_0;
    #[cfg(feature = "lines")]
    #[allow(unused_imports)]
    use crate::schema::shop::lines as table_1;
    #[allow(unused_imports)]
    use crate::schema::users as table_2;
    #[cfg(feature = "lines")]
    ::diesel::allow_tables_to_appear_in_same_query!(version_0, version_1);
    ::diesel::allow_tables_to_appear_in_same_query!(version_0, table_0);
    #[cfg(feature = "lines")]
    ::diesel::allow_tables_to_appear_in_same_query!(version_0, table_1);
    ::diesel::allow_tables_to_appear_in_same_query!(version_0, table_2);
    #[cfg(feature = "lines")]
    ::diesel::allow_tables_to_appear_in_same_query!(version_1, table_0);
    #[cfg(feature = "lines")]
    #[cfg(feature = "lines")]
    ::diesel::allow_tables_to_appear_in_same_query!(version_1, table_1);
    #[cfg(feature = "lines")]
    ::diesel::allow_tables_to_appear_in_same_query!(version_1, table_2);
};

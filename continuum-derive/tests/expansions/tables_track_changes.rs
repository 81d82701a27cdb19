diesel::table! {
    articles(id) {
        id -> Integer,
        #[sql_name = "name of it"]
        name -> Text,
        r#type -> Nullable<Text>,
        view_count -> Integer,
        secret -> Nullable<Text>,
    }
}
::diesel::table! {
    #[doc = " The versions of the rows of `articles`."]
    articles_version(id, transaction_id) {
        #[doc = " `id` in this version."]
        id -> Integer,
        #[doc = " `name of it` in this version."]
        #[sql_name = "name of it"]
        name -> Text,
        #[doc = " `type` in this version."]
        r#type -> Nullable<Text>,
        #[doc = " The transaction that made this version."]
        transaction_id -> ::diesel::sql_types::BigInt,
        #[doc = " The transaction that made the next version of the row."]
        end_transaction_id -> ::diesel::sql_types::Nullable<::diesel::sql_types::BigInt>,
        #[doc = " 0 insert, 1 update, 2 delete."]
        operation_type -> ::diesel::sql_types::SmallInt,
        #[doc = " Whether this version changed `name of it`."]
        #[sql_name = "name of it_mod"]
        name_mod -> ::diesel::sql_types::Bool,
        #[doc = " Whether this version changed `type`."]
        type_mod -> ::diesel::sql_types::Bool,
        #[doc = " Whether this version changed a hidden column: `secret_mod`."]
        secret_mod -> ::diesel::sql_types::Bool,
    }
}
const _: () = {
    #[allow(unused_imports)]
    use self::articles_version as version_0;
    #[allow(unused_imports)]
    use self::articles as table_0;
    ::diesel::allow_tables_to_appear_in_same_query!(version_0, table_0);
};

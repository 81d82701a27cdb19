diesel::table! {
    #[doc = r" Articles."]
    articles(id) {
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
        view_count -> Integer,
        secret -> Nullable<Text>,
    }
}
#[cfg(feature = "shop")]
mod shop {
    diesel::table! {
        use diesel::sql_types:: {
            Integer,
            Text    }
        ;
        use super::super::sql_types::Mood;
        #[sql_name = "order lines"]
        shop.lines(r#type, order_id) {
            #[sql_name = "order id"]
            order_id -> Integer,
            r#type -> Text,
            moods -> Array<Nullable<Mood>>,
        }
    }
    diesel::joinable!(lines -> orders(order_id));
    ::diesel::table! {
        use diesel::sql_types:: {
            Integer,
            Text    }
        ;
        use super::super::sql_types::Mood;
        #[doc = " The versions of the rows of `shop.order lines`."]
        shop.line_log(r#type, order_id, transaction_id) {
            #[doc = " `order id` in this version."]
            #[sql_name = "order id"]
            order_id -> Integer,
            #[doc = " `type` in this version."]
            r#type -> Text,
            #[doc = " `moods` in this version."]
            moods -> Array<Nullable<Mood>>,
            #[doc = " The transaction that made this version."]
            transaction_id -> ::diesel::sql_types::BigInt,
            #[doc = " The transaction that made the next version of the row."]
            end_transaction_id -> ::diesel::sql_types::Nullable<::diesel::sql_types::BigInt>,
            #[doc = " 0 insert, 1 update, 2 delete."]
            operation_type -> ::diesel::sql_types::SmallInt,
        }
    }
    const _: () = {
        #[allow(unused_imports)]
        use self::line_log as version_0;
        #[allow(unused_imports)]
        use self::lines as table_0;
        ::diesel::allow_tables_to_appear_in_same_query!(version_0, table_0);
    };
}
pub struct Other;
::diesel::table! {
    #[doc = " The versions of the rows of `articles`."]
    articles_version(id, transaction_id) {
        #[doc = " `id` in this version."]
        id -> Integer,
        #[doc = " `name` in this version."]
        #[max_length = 80]
        name -> Varchar,
        #[doc = " The transaction that made this version."]
        transaction_id -> ::diesel::sql_types::BigInt,
        #[doc = " 0 insert, 1 update, 2 delete."]
        operation_type -> ::diesel::sql_types::SmallInt,
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

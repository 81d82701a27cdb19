::core::compile_error! {
    "the column `id` is named twice; name it once, in one of `exclude`, `include` and `hidden`"
}
::core::compile_error! {
    "`view count` is no name in Rust; name the column as `table!` does, before the `->`"
}
::core::compile_error! {
    "`Article` has no field for the key column `tenant`, by which its versions are found; add the field, or name the key of the table: `#[diesel(primary_key(…))]`"
}
::core::compile_error! {
    "`exclude` names `id`, which is part of the key of table articles; the key is always in the history, so take it out of `exclude`"
}
::core::compile_error! {
    "`hidden` names `id`, which is part of the key of table articles; the key is always in the history, so take it out of `hidden`"
}
::core::compile_error! {
    "`author` is embedded, and embedded columns cannot be read from the version table; write its columns as fields, or derive `Versioned` for a struct without it"
}
::core::compile_error! {
    "the version table needs the column `transaction_id` for itself; rename the column of the table, or take it out of the history: `#[versioned(exclude(transaction_id))]`"
}
::core::compile_error! {
    "`ArticleVersion` needs the field `operation_type` for itself; rename this one and keep its column: `#[diesel(column_name = operation)]`"
}
::core::compile_error! {
    "the version table needs the column `secret_mod` for itself; rename the column of the table, or take it out of the history: `#[versioned(exclude(secret_mod))]`"
}
::core::compile_error! {
    "the version table of articles has the name of the table itself; give it another with `#[versioned(table_name = …)]`"
}
::core::compile_error! {
    "`Queryable` is in conflict with `Queryable` and `Selectable`, which `ArticleVersion` derives in any case; take it out of `derive(…)`"
}
/// One version of [`Article`]: the row as one transaction left it.
///
/// Versions are read from the version table by any query of Diesel's, [`Article::versions`] and [`ArticleVersion::as_of`] among them.
#[derive(::diesel::Queryable, ::diesel::Selectable, Debug)]
#[diesel(table_name = articles_version)]
#[diesel(primary_key(id, tenant, transaction_id))]
#[allow(dead_code)]
struct ArticleVersion {
    /// `id` in this version.
    id: i32,
    /// The transaction that made this version.
    transaction_id: i64,
    /// The transaction that made the next version; none: this is the newest.
    end_transaction_id: ::core::option::Option<i64>,
    /// What the transaction did to the row.
    operation_type: ::continuum_core::Operation,
    /// Whether this version changed `secret`, which is hidden.
    secret_mod: bool,
}
const _: () = {
    #[allow(unreachable_pub)]
    pub trait WithColumns<Columns> {
        type Table;
    }
    impl<Table, Columns> WithColumns<Columns> for Table {
        type Table = Table;
    }
    type VersionTable = <articles_version::table as WithColumns<
        (
            articles_version::id,
            articles_version::transaction_id,
            articles_version::end_transaction_id,
            articles_version::operation_type,
            articles_version::secret_mod,
        ),
    >>::Table;
    #[automatically_derived]
    impl ::continuum_core::Versioned for Article {
        type Version = ArticleVersion;
        type SameRow<'a> = ::diesel::dsl::Eq<articles_version::id, &'a i32>;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::ExpressionMethods::eq(articles_version::id, &self.id)
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Version for ArticleVersion {
        type Entity = Article;
        type Table = articles::table;
        type VersionTable = articles_version::table;
        type TransactionId = articles_version::transaction_id;
        const STRATEGY: ::continuum_core::Strategy = ::continuum_core::Strategy::Validity;
        const KEY: &'static [&'static str] = &[
            <articles_version::id as ::diesel::Column>::NAME,
        ];
        type SameRow<'a> = ::diesel::dsl::Eq<articles_version::id, &'a i32>;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::ExpressionMethods::eq(articles_version::id, &self.id)
        }
        fn transaction_id(&self) -> i64 {
            self.transaction_id
        }
        fn operation(&self) -> ::continuum_core::Operation {
            self.operation_type
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<articles_version::id> for ArticleVersion {
        type Value = i32;
        fn field(&self) -> &Self::Value {
            &self.id
        }
    }
    #[automatically_derived]
    impl ::diesel::associations::HasTable for ArticleVersion {
        type Table = VersionTable;
        fn table() -> Self::Table {
            articles_version::table
        }
    }
    #[automatically_derived]
    impl<__FK> ::diesel::associations::BelongsTo<Article> for ArticleVersion
    where
        __FK: ::core::hash::Hash + ::core::cmp::Eq,
        for<'__a> &'__a i32: ::core::convert::Into<::core::option::Option<&'__a __FK>>,
        for<'__a> &'__a Article: ::diesel::associations::Identifiable<Id = &'__a __FK>,
    {
        type ForeignKey = __FK;
        type ForeignKeyColumn = articles_version::id;
        fn foreign_key(&self) -> ::core::option::Option<&Self::ForeignKey> {
            ::core::convert::Into::into(&self.id)
        }
        fn foreign_key_column() -> Self::ForeignKeyColumn {
            articles_version::id
        }
    }
    #[automatically_derived]
    impl ::continuum_core::RowKey for Article {
        type Entity = Article;
        type Key = i32;
        type KeyColumn = articles::id;
        fn row_key(&self) -> &Self::Key {
            &self.id
        }
        fn key_column() -> Self::KeyColumn {
            articles::id
        }
    }
    #[automatically_derived]
    impl ::continuum_core::RowKey for ArticleVersion {
        type Entity = Article;
        type Key = i32;
        type KeyColumn = articles_version::id;
        fn row_key(&self) -> &Self::Key {
            &self.id
        }
        fn key_column() -> Self::KeyColumn {
            articles_version::id
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Ends for ArticleVersion {
        fn end_transaction_id(&self) -> ::core::option::Option<i64> {
            self.end_transaction_id
        }
    }
    #[allow(dead_code)]
    impl Article {
        /// All versions of this row, the oldest first: a query, to be filtered further or
        /// loaded.
        fn versions<'a, __DB>(
            &'a self,
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<ArticleVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::diesel::dsl::Asc<articles_version::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = articles_version::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <ArticleVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    <Self as ::continuum_core::Versioned>::same_row(self),
                ),
                ::diesel::ExpressionMethods::asc(articles_version::transaction_id),
            )
        }
    }
    #[allow(dead_code)]
    impl Article {
        /// All versions of these rows, the oldest first: a query, to be filtered further or
        /// loaded. `grouped_by_key` sorts them to the rows.
        fn versions_of<'a, __DB>(
            rows: &'a [Self],
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<ArticleVersion, __DB>,
                >,
                ::diesel::dsl::EqAny<articles_version::id, ::std::vec::Vec<&'a i32>>,
            >,
            ::diesel::dsl::Asc<articles_version::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = articles_version::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <ArticleVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    ::diesel::ExpressionMethods::eq_any(
                        articles_version::id,
                        rows.iter().map(|row| &row.id).collect::<::std::vec::Vec<_>>(),
                    ),
                ),
                ::diesel::ExpressionMethods::asc(articles_version::transaction_id),
            )
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Keyed for Article {
        type Key<'a> = (&'a i32,);
        fn key(&self) -> Self::Key<'_> {
            (&self.id,)
        }
        fn key_of<'a>(version: &'a ArticleVersion) -> Self::Key<'a>
        where
            Self: 'a,
        {
            (&version.id,)
        }
    }
    #[allow(dead_code)]
    impl Article {
        /// This row as it was at that moment, after a transaction or at a time: a query that
        /// finds one version, or none where the row was not there then.
        fn as_of<'a, __DB, __Moment>(
            &'a self,
            moment: __Moment,
        ) -> ::diesel::dsl::Filter<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<ArticleVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::continuum_core::RowAsOf<
                ArticleVersion,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
                <__Moment as ::continuum_core::IntoMoment>::Bound,
            >,
        >
        where
            __DB: ::diesel::backend::Backend,
            __Moment: ::continuum_core::IntoMoment,
        {
            let table: VersionTable = articles_version::table;
            let same_row = || <Self as ::continuum_core::Versioned>::same_row(self);
            ::diesel::QueryDsl::filter(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <ArticleVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    same_row(),
                ),
                ::continuum_core::RowAsOf::<
                    ArticleVersion,
                    _,
                    _,
                >::new(moment, same_row()),
            )
        }
    }
    #[allow(dead_code)]
    impl ArticleVersion {
        /// The rows as they were at that moment, after a transaction or at a time: a query,
        /// to be filtered further or loaded. Rows that were deleted then are not among them.
        fn as_of<__DB>(
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> ::diesel::dsl::Filter<
            ::diesel::dsl::Select<VersionTable, ::diesel::dsl::AsSelect<Self, __DB>>,
            ::continuum_core::AsOf<Self>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = articles_version::table;
            ::diesel::QueryDsl::filter(
                ::diesel::QueryDsl::select(
                    table,
                    <Self as ::diesel::SelectableHelper<__DB>>::as_select(),
                ),
                ::continuum_core::AsOf::<Self>::new(moment),
            )
        }
    }
    #[allow(dead_code)]
    impl ArticleVersion {
        /// The rows brought back to what they were at that moment, after a transaction or at a
        /// time: to be filtered, tried, or executed.
        fn revert_to(
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> ::continuum_core::RevertTo<Self> {
            ::continuum_core::RevertTo::new(moment)
        }
    }
    #[allow(dead_code)]
    impl ArticleVersion {
        /// The names of the hidden columns that this version changed: of an insert, those that
        /// are not NULL; of a delete, all.
        fn hidden_changed(&self) -> ::std::vec::Vec<&'static str> {
            [(self.secret_mod, <articles::columns::secret as ::diesel::Column>::NAME)]
                .into_iter()
                .filter(|(changed, _)| *changed)
                .map(|(_, name)| name)
                .collect()
        }
    }
    const _: &[&str] = &[<articles::columns::secret as ::diesel::Column>::NAME];
};

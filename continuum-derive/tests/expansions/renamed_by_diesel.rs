/// One version of [`Token`]: the row as one transaction left it.
///
/// Versions are read from the version table by any query of Diesel's, [`Token::versions`] and [`TokenVersion::as_of`] among them.
#[derive(::diesel::Queryable, ::diesel::Selectable)]
#[diesel(table_name = tokens_version)]
#[diesel(primary_key(type_, transaction_id))]
#[allow(dead_code)]
struct TokenVersion {
    /// `id` in this version.
    #[diesel(column_name = "type_")]
    id: i32,
    /// `token_` in this version.
    token_: String,
    /// `tokens_` in this version.
    #[diesel(column_name = tokens)]
    tokens_: String,
    /// The transaction that made this version.
    transaction_id: i64,
    /// The transaction that made the next version; none: this is the newest.
    end_transaction_id: ::core::option::Option<i64>,
    /// What the transaction did to the row.
    operation_type: ::continuum_core::Operation,
    /// Whether this version changed `match_`, which is hidden.
    match_mod: bool,
}
const _: () = {
    #[allow(unreachable_pub)]
    pub trait WithColumns<Columns> {
        type Table;
    }
    impl<Table, Columns> WithColumns<Columns> for Table {
        type Table = Table;
    }
    type VersionTable = <tokens_version::table as WithColumns<
        (
            tokens_version::type_,
            tokens_version::token_,
            tokens_version::tokens,
            tokens_version::transaction_id,
            tokens_version::end_transaction_id,
            tokens_version::operation_type,
            tokens_version::match_mod,
        ),
    >>::Table;
    #[automatically_derived]
    impl ::continuum_core::Versioned for Token {
        type Version = TokenVersion;
        type SameRow<'a> = ::diesel::dsl::Eq<tokens_version::type_, &'a i32>;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::ExpressionMethods::eq(tokens_version::type_, &self.id)
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Version for TokenVersion {
        type Entity = Token;
        type Table = tokens::table;
        type VersionTable = tokens_version::table;
        type TransactionId = tokens_version::transaction_id;
        const STRATEGY: ::continuum_core::Strategy = ::continuum_core::Strategy::Validity;
        const KEY: &'static [&'static str] = &[
            <tokens_version::type_ as ::diesel::Column>::NAME,
        ];
        type SameRow<'a> = ::diesel::dsl::Eq<tokens_version::type_, &'a i32>;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::ExpressionMethods::eq(tokens_version::type_, &self.id)
        }
        fn transaction_id(&self) -> i64 {
            self.transaction_id
        }
        fn operation(&self) -> ::continuum_core::Operation {
            self.operation_type
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<tokens_version::type_> for TokenVersion {
        type Value = i32;
        fn field(&self) -> &Self::Value {
            &self.id
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<tokens_version::token_> for TokenVersion {
        type Value = String;
        fn field(&self) -> &Self::Value {
            &self.token_
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<tokens_version::tokens> for TokenVersion {
        type Value = String;
        fn field(&self) -> &Self::Value {
            &self.tokens_
        }
    }
    #[automatically_derived]
    impl ::diesel::associations::HasTable for TokenVersion {
        type Table = VersionTable;
        fn table() -> Self::Table {
            tokens_version::table
        }
    }
    #[automatically_derived]
    impl<__FK> ::diesel::associations::BelongsTo<Token> for TokenVersion
    where
        __FK: ::core::hash::Hash + ::core::cmp::Eq,
        for<'__a> &'__a i32: ::core::convert::Into<::core::option::Option<&'__a __FK>>,
        for<'__a> &'__a Token: ::diesel::associations::Identifiable<Id = &'__a __FK>,
    {
        type ForeignKey = __FK;
        type ForeignKeyColumn = tokens_version::type_;
        fn foreign_key(&self) -> ::core::option::Option<&Self::ForeignKey> {
            ::core::convert::Into::into(&self.id)
        }
        fn foreign_key_column() -> Self::ForeignKeyColumn {
            tokens_version::type_
        }
    }
    #[automatically_derived]
    impl ::continuum_core::RowKey for Token {
        type Entity = Token;
        type Key = i32;
        type KeyColumn = tokens::type_;
        fn row_key(&self) -> &Self::Key {
            &self.id
        }
        fn key_column() -> Self::KeyColumn {
            tokens::type_
        }
    }
    #[automatically_derived]
    impl ::continuum_core::RowKey for TokenVersion {
        type Entity = Token;
        type Key = i32;
        type KeyColumn = tokens_version::type_;
        fn row_key(&self) -> &Self::Key {
            &self.id
        }
        fn key_column() -> Self::KeyColumn {
            tokens_version::type_
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Ends for TokenVersion {
        fn end_transaction_id(&self) -> ::core::option::Option<i64> {
            self.end_transaction_id
        }
    }
    #[allow(dead_code)]
    impl Token {
        /// All versions of this row, the oldest first: a query, to be filtered further or
        /// loaded.
        fn versions<'a, __DB>(
            &'a self,
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<TokenVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::diesel::dsl::Asc<tokens_version::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = tokens_version::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <TokenVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    <Self as ::continuum_core::Versioned>::same_row(self),
                ),
                ::diesel::ExpressionMethods::asc(tokens_version::transaction_id),
            )
        }
    }
    #[allow(dead_code)]
    impl Token {
        /// All versions of these rows, the oldest first: a query, to be filtered further or
        /// loaded. `grouped_by_key` sorts them to the rows.
        fn versions_of<'a, __DB>(
            rows: &'a [Self],
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<TokenVersion, __DB>,
                >,
                ::diesel::dsl::EqAny<tokens_version::type_, ::std::vec::Vec<&'a i32>>,
            >,
            ::diesel::dsl::Asc<tokens_version::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = tokens_version::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <TokenVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    ::diesel::ExpressionMethods::eq_any(
                        tokens_version::type_,
                        rows.iter().map(|row| &row.id).collect::<::std::vec::Vec<_>>(),
                    ),
                ),
                ::diesel::ExpressionMethods::asc(tokens_version::transaction_id),
            )
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Keyed for Token {
        type Key<'a> = (&'a i32,);
        fn key(&self) -> Self::Key<'_> {
            (&self.id,)
        }
        fn key_of<'a>(version: &'a TokenVersion) -> Self::Key<'a>
        where
            Self: 'a,
        {
            (&version.id,)
        }
    }
    #[allow(dead_code)]
    impl Token {
        /// This row as it was at that moment, after a transaction or at a time: a query that
        /// finds one version, or none where the row was not there then.
        fn as_of<'a, __DB, __Moment>(
            &'a self,
            moment: __Moment,
        ) -> ::diesel::dsl::Filter<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<TokenVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::continuum_core::RowAsOf<
                TokenVersion,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
                <__Moment as ::continuum_core::IntoMoment>::Bound,
            >,
        >
        where
            __DB: ::diesel::backend::Backend,
            __Moment: ::continuum_core::IntoMoment,
        {
            let table: VersionTable = tokens_version::table;
            let same_row = || <Self as ::continuum_core::Versioned>::same_row(self);
            ::diesel::QueryDsl::filter(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <TokenVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    same_row(),
                ),
                ::continuum_core::RowAsOf::<TokenVersion, _, _>::new(moment, same_row()),
            )
        }
    }
    #[allow(dead_code)]
    impl TokenVersion {
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
            let table: VersionTable = tokens_version::table;
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
    impl TokenVersion {
        /// The rows brought back to what they were at that moment, after a transaction or at a
        /// time: to be filtered, tried, or executed.
        fn revert_to(
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> ::continuum_core::RevertTo<Self> {
            ::continuum_core::RevertTo::new(moment)
        }
    }
    #[allow(dead_code)]
    impl TokenVersion {
        /// The names of the hidden columns that this version changed: of an insert, those that
        /// are not NULL; of a delete, all.
        fn hidden_changed(&self) -> ::std::vec::Vec<&'static str> {
            [(self.match_mod, <tokens::columns::match_ as ::diesel::Column>::NAME)]
                .into_iter()
                .filter(|(changed, _)| *changed)
                .map(|(_, name)| name)
                .collect()
        }
    }
    const _: &[&str] = &[<tokens::columns::match_ as ::diesel::Column>::NAME];
    #[diagnostic::on_unimplemented(
        message = "`Token` does not have the key of its table",
        label = "its key is `type_`",
        note = "the key of the table is `{Self}`",
        note = "name the columns of that key: `#[diesel(primary_key(…))]`"
    )]
    trait KeyOfTable {}
    impl KeyOfTable for tokens::type_ {}
    const fn has_key_of_table<T: KeyOfTable>() {}
    has_key_of_table::<<tokens::table as ::diesel::Table>::PrimaryKey>();
};

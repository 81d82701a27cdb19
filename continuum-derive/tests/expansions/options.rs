/// One version of [`Line`]: the row as one transaction left it.
///
/// Versions are read from the version table by any query of Diesel's, [`Line::versions`] and [`LineVersion::as_of`] among them.
#[derive(::diesel::Queryable, ::diesel::Selectable, serde::Serialize)]
#[diesel(table_name = crate::history::line_log)]
#[diesel(primary_key(order_id, r#type, transaction_id))]
#[diesel(check_for_backend(diesel::pg::Pg))]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)]
#[allow(dead_code)]
pub(crate) struct LineVersion {
    /// `order_id` in this version.
    pub(super) order_id: Uuid,
    /// `kind` in this version.
    #[diesel(column_name = r#type)]
    #[serde(rename = "type")]
    kind: Kind,
    /// `amount` in this version.
    #[diesel(deserialize_as = Map<Text, Cents>, serialize_as = i64)]
    pub amount: Cents,
    /// `gross` in this version.
    #[diesel(
        select_expression = crate::history::line_log::amount+crate::history::line_log::tax
    )]
    #[diesel(
        select_expression_type = dsl::Add<crate::history::line_log::amount,
        crate::history::line_log::tax>
    )]
    pub gross: Cents,
    /// The transaction that made this version.
    pub(crate) transaction_id: i64,
    /// What the transaction did to the row.
    pub(crate) operation_type: ::continuum_core::Operation,
    /// Whether this version changed `priv`, which is hidden.
    pub(crate) priv_mod: bool,
}
const _: () = {
    #[allow(unreachable_pub)]
    pub trait WithColumns<Columns> {
        type Table;
    }
    impl<Table, Columns> WithColumns<Columns> for Table {
        type Table = Table;
    }
    type VersionTable = <crate::history::line_log::table as WithColumns<
        (
            crate::history::line_log::order_id,
            crate::history::line_log::r#type,
            crate::history::line_log::amount,
            crate::history::line_log::transaction_id,
            crate::history::line_log::operation_type,
            crate::history::line_log::priv_mod,
        ),
    >>::Table;
    #[automatically_derived]
    impl ::continuum_core::Versioned for r#Line {
        type Version = LineVersion;
        type SameRow<'a> = ::diesel::dsl::And<
            ::diesel::dsl::Eq<crate::history::line_log::order_id, &'a Uuid>,
            ::diesel::dsl::Eq<crate::history::line_log::r#type, &'a Kind>,
        >;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::BoolExpressionMethods::and(
                ::diesel::ExpressionMethods::eq(
                    crate::history::line_log::order_id,
                    &self.order_id,
                ),
                ::diesel::ExpressionMethods::eq(
                    crate::history::line_log::r#type,
                    &self.kind,
                ),
            )
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Version for LineVersion {
        type Entity = r#Line;
        type Table = schema::lines::table;
        type VersionTable = crate::history::line_log::table;
        type TransactionId = crate::history::line_log::transaction_id;
        const STRATEGY: ::continuum_core::Strategy = ::continuum_core::Strategy::Subquery;
        const KEY: &'static [&'static str] = &[
            <crate::history::line_log::order_id as ::diesel::Column>::NAME,
            <crate::history::line_log::r#type as ::diesel::Column>::NAME,
        ];
        type SameRow<'a> = ::diesel::dsl::And<
            ::diesel::dsl::Eq<crate::history::line_log::order_id, &'a Uuid>,
            ::diesel::dsl::Eq<crate::history::line_log::r#type, &'a Kind>,
        >;
        fn same_row(&self) -> Self::SameRow<'_> {
            ::diesel::BoolExpressionMethods::and(
                ::diesel::ExpressionMethods::eq(
                    crate::history::line_log::order_id,
                    &self.order_id,
                ),
                ::diesel::ExpressionMethods::eq(
                    crate::history::line_log::r#type,
                    &self.kind,
                ),
            )
        }
        fn transaction_id(&self) -> i64 {
            self.transaction_id
        }
        fn operation(&self) -> ::continuum_core::Operation {
            self.operation_type
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<crate::history::line_log::order_id> for LineVersion {
        type Value = Uuid;
        fn field(&self) -> &Self::Value {
            &self.order_id
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<crate::history::line_log::r#type> for LineVersion {
        type Value = Kind;
        fn field(&self) -> &Self::Value {
            &self.kind
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Field<crate::history::line_log::amount> for LineVersion {
        type Value = Cents;
        fn field(&self) -> &Self::Value {
            &self.amount
        }
    }
    #[automatically_derived]
    impl ::diesel::associations::HasTable for LineVersion {
        type Table = VersionTable;
        fn table() -> Self::Table {
            crate::history::line_log::table
        }
    }
    #[automatically_derived]
    impl<__FK: 'static> ::continuum_core::ChildOf<Order> for LineVersion
    where
        for<'__a> &'__a Uuid: ::core::convert::Into<::core::option::Option<&'__a __FK>>,
        for<'__a> &'__a Order: ::diesel::associations::Identifiable<Id = &'__a __FK>,
    {
        type ForeignKey = __FK;
        type ForeignKeyColumn = crate::history::line_log::order_id;
        fn foreign_key(&self) -> ::core::option::Option<&Self::ForeignKey> {
            ::core::convert::Into::into(&self.order_id)
        }
        fn foreign_key_column() -> Self::ForeignKeyColumn {
            crate::history::line_log::order_id
        }
    }
    #[allow(dead_code)]
    impl LineVersion {
        /// What belonged to a version when it began, or to each of several: a query, to be
        /// filtered further or loaded. Of rows of this table, it is their versions.
        pub(crate) fn belonging_to<__P>(
            parents: __P,
        ) -> <__P as ::continuum_core::Parents<Self>>::Children
        where
            __P: ::continuum_core::Parents<Self>,
        {
            ::continuum_core::Parents::children(parents)
        }
        /// What belonged to a row at that moment, or to each of several: a query, to be
        /// filtered further or loaded.
        pub(crate) fn belonging_to_as_of<__P>(
            parents: __P,
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> <__P as ::continuum_core::ParentsAsOf<Self>>::Children
        where
            __P: ::continuum_core::ParentsAsOf<Self>,
        {
            ::continuum_core::ParentsAsOf::children_as_of(
                parents,
                ::core::convert::Into::into(moment),
            )
        }
    }
    #[allow(dead_code)]
    impl r#Line {
        /// All versions of this row, the oldest first: a query, to be filtered further or
        /// loaded.
        pub(crate) fn versions<'a, __DB>(
            &'a self,
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<LineVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::diesel::dsl::Asc<crate::history::line_log::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = crate::history::line_log::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <LineVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    <Self as ::continuum_core::Versioned>::same_row(self),
                ),
                ::diesel::ExpressionMethods::asc(
                    crate::history::line_log::transaction_id,
                ),
            )
        }
    }
    #[allow(dead_code)]
    impl r#Line {
        /// All versions of these rows, the oldest first: a query, to be filtered further or
        /// loaded. `grouped_by_key` sorts them to the rows.
        pub(crate) fn versions_of<'a, __DB>(
            rows: &'a [Self],
        ) -> ::diesel::dsl::Order<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<LineVersion, __DB>,
                >,
                ::continuum_core::SameRows<
                    LineVersion,
                    <Self as ::continuum_core::Versioned>::SameRow<'a>,
                >,
            >,
            ::diesel::dsl::Asc<crate::history::line_log::transaction_id>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = crate::history::line_log::table;
            ::diesel::QueryDsl::order(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <LineVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    ::continuum_core::SameRows::<
                        LineVersion,
                        _,
                    >::new(
                        rows.iter().map(<Self as ::continuum_core::Versioned>::same_row),
                    ),
                ),
                ::diesel::ExpressionMethods::asc(
                    crate::history::line_log::transaction_id,
                ),
            )
        }
    }
    #[automatically_derived]
    impl ::continuum_core::Keyed for r#Line {
        type Key<'a> = (&'a Uuid, &'a Kind);
        fn key(&self) -> Self::Key<'_> {
            (&self.order_id, &self.kind)
        }
        fn key_of<'a>(version: &'a LineVersion) -> Self::Key<'a>
        where
            Self: 'a,
        {
            (&version.order_id, &version.kind)
        }
    }
    #[allow(dead_code)]
    impl r#Line {
        /// This row as it was at that moment, after a transaction or at a time: a query that
        /// finds one version, or none where the row was not there then.
        pub(crate) fn as_of<'a, __DB, __Moment>(
            &'a self,
            moment: __Moment,
        ) -> ::diesel::dsl::Filter<
            ::diesel::dsl::Filter<
                ::diesel::dsl::Select<
                    VersionTable,
                    ::diesel::dsl::AsSelect<LineVersion, __DB>,
                >,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
            >,
            ::continuum_core::RowAsOf<
                LineVersion,
                <Self as ::continuum_core::Versioned>::SameRow<'a>,
                <__Moment as ::continuum_core::IntoMoment>::Bound,
            >,
        >
        where
            __DB: ::diesel::backend::Backend,
            __Moment: ::continuum_core::IntoMoment,
        {
            let table: VersionTable = crate::history::line_log::table;
            let same_row = || <Self as ::continuum_core::Versioned>::same_row(self);
            ::diesel::QueryDsl::filter(
                ::diesel::QueryDsl::filter(
                    ::diesel::QueryDsl::select(
                        table,
                        <LineVersion as ::diesel::SelectableHelper<__DB>>::as_select(),
                    ),
                    same_row(),
                ),
                ::continuum_core::RowAsOf::<LineVersion, _, _>::new(moment, same_row()),
            )
        }
    }
    #[allow(dead_code)]
    impl LineVersion {
        /// The rows as they were at that moment, after a transaction or at a time: a query,
        /// to be filtered further or loaded. Rows that were deleted then are not among them.
        pub(crate) fn as_of<__DB>(
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> ::diesel::dsl::Filter<
            ::diesel::dsl::Select<VersionTable, ::diesel::dsl::AsSelect<Self, __DB>>,
            ::continuum_core::AsOf<Self>,
        >
        where
            __DB: ::diesel::backend::Backend,
        {
            let table: VersionTable = crate::history::line_log::table;
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
    impl LineVersion {
        /// The rows brought back to what they were at that moment, after a transaction or at a
        /// time: to be filtered, tried, or executed.
        pub(crate) fn revert_to(
            moment: impl ::core::convert::Into<::continuum_core::Moment>,
        ) -> ::continuum_core::RevertTo<Self> {
            ::continuum_core::RevertTo::new(moment)
        }
    }
    #[allow(dead_code)]
    impl LineVersion {
        /// The names of the hidden columns that this version changed: of an insert, those that
        /// are not NULL; of a delete, all.
        pub(crate) fn hidden_changed(&self) -> ::std::vec::Vec<&'static str> {
            [(self.priv_mod, <schema::lines::columns::r#priv as ::diesel::Column>::NAME)]
                .into_iter()
                .filter(|(changed, _)| *changed)
                .map(|(_, name)| name)
                .collect()
        }
    }
    const _: &[&str] = &[
        <schema::lines::columns::amount as ::diesel::Column>::NAME,
        <schema::lines::columns::r#priv as ::diesel::Column>::NAME,
    ];
    #[diagnostic::on_unimplemented(
        message = "`Line` does not have the key of its table",
        label = "its key is `order_id, type`",
        note = "the key of the table is `{Self}`",
        note = "name the columns of that key: `#[diesel(primary_key(…))]`"
    )]
    trait KeyOfTable {}
    #[diagnostic::on_unimplemented(
        message = "`Line` does not have the key of its table",
        label = "its key is `order_id, type`",
        note = "the key of the table has the column `{Self}`",
        note = "name the columns of that key: `#[diesel(primary_key(…))]`"
    )]
    trait KeyColumn {}
    impl KeyColumn for schema::lines::order_id {}
    impl KeyColumn for schema::lines::r#type {}
    impl<K0: KeyColumn, K1: KeyColumn> KeyOfTable for (K0, K1) {}
    const fn has_key_of_table<T: KeyOfTable>() {}
    has_key_of_table::<<schema::lines::table as ::diesel::Table>::PrimaryKey>();
};

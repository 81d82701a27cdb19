//! What the expansion of `transaction_columns!` is made of.

/// What Diesel's `table!` says of a column, of one in a table of another crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __transaction_column {
    (
        $(#[$attribute:meta])*
        $column:ident, $sql_name:literal, $sql_type:ty
    ) => {
        $(#[$attribute])*
        #[allow(non_camel_case_types, dead_code)]
        #[derive(Debug, Clone, Copy, ::diesel::query_builder::QueryId, Default)]
        pub struct $column;

        #[allow(non_snake_case)]
        const _: () = {
            use ::diesel::internal::table_macro as internal;
            use $crate::continuum_transaction::table;

            impl ::diesel::expression::Expression for $column {
                type SqlType = $sql_type;
            }

            impl<DB> ::diesel::query_builder::QueryFragment<DB> for $column
            where
                DB: ::diesel::backend::Backend,
                internal::StaticQueryFragmentInstance<table>: ::diesel::query_builder::QueryFragment<DB>,
            {
                fn walk_ast<'b>(
                    &'b self,
                    mut out: ::diesel::query_builder::AstPass<'_, 'b, DB>,
                ) -> ::diesel::result::QueryResult<()> {
                    if !out.should_skip_from() {
                        const FROM_CLAUSE: internal::StaticQueryFragmentInstance<table> =
                            internal::StaticQueryFragmentInstance::new();

                        FROM_CLAUSE.walk_ast(out.reborrow())?;
                        out.push_sql(".");
                    }
                    out.push_identifier($sql_name)
                }
            }

            impl ::diesel::SelectableExpression<table> for $column {}

            impl<QS> ::diesel::AppearsOnTable<QS> for $column where
                QS: ::diesel::query_source::AppearsInFromClause<
                        table,
                        Count = ::diesel::query_source::Once,
                    >
            {
            }

            impl<Left, Right>
                ::diesel::SelectableExpression<internal::Join<Left, Right, internal::LeftOuter>>
                for $column
            where
                $column: ::diesel::AppearsOnTable<internal::Join<Left, Right, internal::LeftOuter>>,
                Self: ::diesel::SelectableExpression<Left>,
                Right: ::diesel::query_source::AppearsInFromClause<
                        table,
                        Count = ::diesel::query_source::Never,
                    > + ::diesel::query_source::QuerySource,
                Left: ::diesel::query_source::QuerySource,
            {
            }

            impl<Left, Right>
                ::diesel::SelectableExpression<internal::Join<Left, Right, internal::Inner>>
                for $column
            where
                $column: ::diesel::AppearsOnTable<internal::Join<Left, Right, internal::Inner>>,
                Left: ::diesel::query_source::AppearsInFromClause<table>
                    + ::diesel::query_source::QuerySource,
                Right: ::diesel::query_source::AppearsInFromClause<table>
                    + ::diesel::query_source::QuerySource,
                (Left::Count, Right::Count): internal::Pick<Left, Right>,
                Self: ::diesel::SelectableExpression<
                    <(Left::Count, Right::Count) as internal::Pick<Left, Right>>::Selection,
                >,
            {
            }

            impl<Join, On> ::diesel::SelectableExpression<internal::JoinOn<Join, On>> for $column where
                $column: ::diesel::SelectableExpression<Join>
                    + ::diesel::AppearsOnTable<internal::JoinOn<Join, On>>
            {
            }

            impl<From>
                ::diesel::SelectableExpression<internal::SelectStatement<internal::FromClause<From>>>
                for $column
            where
                From: ::diesel::query_source::QuerySource,
                $column: ::diesel::SelectableExpression<From>
                    + ::diesel::AppearsOnTable<
                        internal::SelectStatement<internal::FromClause<From>>,
                    >,
            {
            }

            impl<GB> ::diesel::expression::ValidGrouping<GB> for $column
            where
                GB: ::diesel::expression::IsContainedInGroupBy<
                        $column,
                        Output = ::diesel::expression::is_contained_in_group_by::Yes,
                    >,
            {
                type IsAggregate = ::diesel::expression::is_aggregate::Yes;
            }

            impl ::diesel::expression::ValidGrouping<()> for $column {
                type IsAggregate = ::diesel::expression::is_aggregate::No;
            }

            impl ::diesel::expression::IsContainedInGroupBy<$column> for $column {
                type Output = ::diesel::expression::is_contained_in_group_by::Yes;
            }

            impl ::diesel::query_source::Column for $column {
                type Table = table;

                const NAME: &'static ::core::primitive::str = $sql_name;
            }

            impl<T> ::diesel::EqAll<T> for $column
            where
                T: ::diesel::expression::AsExpression<$sql_type>,
                ::diesel::dsl::Eq<$column, T::Expression>:
                    ::diesel::Expression<SqlType = ::diesel::sql_types::Bool>,
            {
                type Output = ::diesel::dsl::Eq<Self, T::Expression>;

                fn eq_all(self, rhs: T) -> Self::Output {
                    ::diesel::expression_methods::ExpressionMethods::eq(self, rhs)
                }
            }
        };
    };
}

/// What its values are, where the macro stands: the columns are in a module of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! __transaction_column_value {
    ($column:ty, $variable:literal, $value:ty) => {
        impl $crate::TransactionColumn for $column {
            type Value = $value;

            const VARIABLE: &'static ::core::primitive::str = $variable;

            const BINDERS: $crate::__private::Binders<$value> = {
                #[allow(unused_imports)]
                use $crate::__private::{NotNull, Sent, Unsent};

                type Inner =
                    <<$column as ::diesel::expression::Expression>::SqlType as NotNull>::Inner;

                $crate::__private::Binders {
                    mysql: Sent::<Inner, $value>::MYSQL,
                    postgres: Sent::<Inner, $value>::POSTGRES,
                    sqlite: Sent::<Inner, $value>::SQLITE,
                }
            };
        }
    };
}

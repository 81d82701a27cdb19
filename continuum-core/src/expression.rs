//! What Diesel wants to know of an expression, whatever it says in SQL.

/// Makes a type an expression: of this SQL type, no aggregate, in queries that have each of these
/// tables in them once. Its SQL depends on its values, or its parameters need not be `'static`, so
/// it is no part of a key of prepared statements, unless it says so itself: `@without_query_id`.
macro_rules! expression {
    (
        <$($parameter:ident $(: $bound:path)?),+> $expression:ty, $sql_type:ty, on $($table:ty),+
    ) => {
        crate::expression::expression!(
            @without_query_id <$($parameter $(: $bound)?),+> $expression, $sql_type, on $($table),+
        );

        impl<$($parameter $(: $bound)?),+> diesel::query_builder::QueryId for $expression {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
    (
        @without_query_id
        <$($parameter:ident $(: $bound:path)?),+> $expression:ty, $sql_type:ty, on $($table:ty),+
    ) => {
        impl<$($parameter $(: $bound)?),+> diesel::expression::Expression for $expression {
            type SqlType = $sql_type;
        }

        impl<$($parameter $(: $bound)?,)+ GB> diesel::expression::ValidGrouping<GB> for $expression {
            type IsAggregate = diesel::expression::is_aggregate::No;
        }

        impl<$($parameter $(: $bound)?,)+ QS> diesel::expression::AppearsOnTable<QS> for $expression
        where
            $(QS: diesel::query_source::AppearsInFromClause<
                $table,
                Count = diesel::query_source::Once,
            >,)+
        {
        }

        impl<$($parameter $(: $bound)?,)+ QS> diesel::expression::SelectableExpression<QS>
            for $expression
        where
            Self: diesel::expression::AppearsOnTable<QS>,
        {
        }
    };
}

pub(crate) use expression;

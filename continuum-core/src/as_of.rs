//! The condition that keeps the versions that were valid at a moment.

use crate::backend::RecordingBackend;
use crate::moment::{LastTransaction, Moment};
use crate::version::{Strategy, Version};
use diesel::associations::HasTable;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{AppearsInFromClause, Once, QuerySource};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;
use std::fmt;

/// True for the versions of `V`'s table that were valid at a [`Moment`]: at most one for each
/// row, none for rows that were not there.
///
/// `as_of` of the version struct is a query that is filtered by it. By itself it is for queries
/// that select something else, or start from another table.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
/// use continuum_core::AsOf;
///
/// let names: Vec<String> = articles_version::table
///     .filter(AsOf::<ArticleVersion>::new(2))
///     .select(articles_version::name)
///     .load(conn)?;
/// assert_eq!(names, ["first"]);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub struct AsOf<V: Version> {
    last: LastTransaction,
    table: TableOf<V>,
}

type TableOf<V> = <<V as Version>::VersionTable as QuerySource>::FromClause;

impl<V: Version> AsOf<V> {
    /// The versions that were valid at `moment`: after the transaction with this id, or at this
    /// time.
    pub fn new(moment: impl Into<Moment>) -> Self {
        Self {
            last: moment.into().into(),
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V: Version> fmt::Debug for AsOf<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsOf").field(&self.last).finish()
    }
}

impl<V: Version> Clone for AsOf<V> {
    fn clone(&self) -> Self {
        Self {
            last: self.last,
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V: Version> Expression for AsOf<V> {
    type SqlType = Bool;
}

impl<V: Version, GB> ValidGrouping<GB> for AsOf<V> {
    type IsAggregate = is_aggregate::No;
}

impl<V, QS> AppearsOnTable<QS> for AsOf<V>
where
    V: Version,
    QS: AppearsInFromClause<V::VersionTable, Count = Once>,
{
}

impl<V, QS> SelectableExpression<QS> for AsOf<V>
where
    V: Version,
    Self: AppearsOnTable<QS>,
{
}

/// The SQL depends on the kind of moment, so the type alone does not tell it.
impl<V: Version> QueryId for AsOf<V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V, DB> QueryFragment<DB> for AsOf<V>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        if DB::AS_OF_STARTS_FROM_ROWS {
            self.newest_of_each_row(&mut out)?;
        } else {
            self.valid_version(&mut out)?;
        }
        out.push_sql(" AND ");
        self.column(&mut out, "operation_type")?;
        out.push_sql(" <> 2)");
        Ok(())
    }
}

impl<V: Version> AsOf<V> {
    fn column<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>, name: &str) -> QueryResult<()>
    where
        DB: RecordingBackend,
        TableOf<V>: QueryFragment<DB>,
    {
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        out.push_identifier(name)
    }

    /// The version is compared with the moment, and with the next version.
    fn valid_version<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend,
        LastTransaction: QueryFragment<DB>,
        TableOf<V>: QueryFragment<DB>,
    {
        self.column(out, "transaction_id")?;
        match V::STRATEGY {
            Strategy::Validity => {
                out.push_sql(" <= ");
                self.last.walk_ast(out.reborrow())?;
                out.push_sql(" AND (");
                self.column(out, "end_transaction_id")?;
                out.push_sql(" IS NULL OR ");
                self.column(out, "end_transaction_id")?;
                out.push_sql(" > ");
                self.last.walk_ast(out.reborrow())?;
                out.push_sql(")");
            }
            // The first condition spares the other one to later versions, and max() would be looked
            // for in twice the time.
            Strategy::Subquery => {
                out.push_sql(" <= ");
                self.last.walk_ast(out.reborrow())?;
                out.push_sql(" AND ");
                self.column(out, "transaction_id")?;
                out.push_sql(" = (SELECT newest.transaction_id FROM ");
                self.table.walk_ast(out.reborrow())?;
                out.push_sql(" newest WHERE ");
                for key in V::KEY {
                    out.push_sql("newest.");
                    out.push_identifier(key)?;
                    out.push_sql(" = ");
                    self.column(out, key)?;
                    out.push_sql(" AND ");
                }
                out.push_sql("newest.transaction_id <= ");
                self.last.walk_ast(out.reborrow())?;
                out.push_sql(" ORDER BY newest.transaction_id DESC LIMIT 1)");
            }
        }
        Ok(())
    }

    /// For each row that there has ever been, its newest version by then, by the index. Most
    /// versions are of other times, and are not read. A condition on the key that stands beside
    /// this one is passed on to both inner queries.
    ///
    /// The keys are in the index of the open versions, one for each row, or else in that of the
    /// primary key. A version is known by its place, so that it need not be looked for again.
    fn newest_of_each_row<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend,
        LastTransaction: QueryFragment<DB>,
        TableOf<V>: QueryFragment<DB>,
    {
        out.push_sql("(");
        for key in V::KEY {
            self.column(out, key)?;
            out.push_sql(", ");
        }
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".tableoid, ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(".ctid) IN (SELECT ");
        for key in V::KEY {
            out.push_sql("each.");
            out.push_identifier(key)?;
            out.push_sql(", ");
        }
        out.push_sql("newest.tableoid, newest.ctid FROM (SELECT ");
        if V::STRATEGY == Strategy::Subquery {
            out.push_sql("DISTINCT ");
        }
        for (at, key) in V::KEY.iter().enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            out.push_identifier(key)?;
        }
        out.push_sql(" FROM ");
        self.table.walk_ast(out.reborrow())?;
        if V::STRATEGY == Strategy::Validity {
            out.push_sql(" WHERE end_transaction_id IS NULL");
        }
        out.push_sql(") each CROSS JOIN LATERAL (SELECT v.tableoid, v.ctid FROM ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" v WHERE ");
        for key in V::KEY {
            out.push_sql("v.");
            out.push_identifier(key)?;
            out.push_sql(" = each.");
            out.push_identifier(key)?;
            out.push_sql(" AND ");
        }
        out.push_sql("v.transaction_id <= ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql(" ORDER BY v.transaction_id DESC LIMIT 1) newest)");
        Ok(())
    }
}

//! Who set each column of a row.

use crate::backend::RecordingBackend;
use crate::changes;
use crate::columns::ColumnNames;
use crate::log::{Transaction, continuum_transaction};
use crate::revert::kept_columns;
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::expression::{Expression, Selectable};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::sql_types::Text;
use std::marker::PhantomData;

type FromClause<T> = <T as QuerySource>::FromClause;

/// The query for the last change of each column of a row of `T`.
type LastChanges<'a, T, DB> = Last<
    <T as Versioned>::Version,
    FromClause<<<T as Versioned>::Version as Version>::VersionTable>,
    <T as Versioned>::SameRow<'a>,
    <Transaction as Selectable<DB>>::SelectExpression,
>;

/// Which transaction last set a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnBlame {
    /// The name of the column in the database.
    pub column: String,
    /// The transaction, which made the version whose `transaction_id` is its id.
    pub transaction: Transaction,
}

/// [`blame`](Self::blame), for structs with a history.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// let alice = ChangeInfo::new().actor("alice");
/// conn.versioned_transaction(alice, |conn| {
///     diesel::update(&article).set(articles::content.eq("Some content")).execute(conn)
/// })?;
///
/// let blame = article.blame(conn)?;
/// let set: Vec<_> = blame
///     .iter()
///     .map(|set| (set.column.as_str(), set.transaction.id, set.transaction.actor.as_deref()))
///     .collect();
/// assert_eq!(set, [("id", 2, None), ("name", 3, None), ("content", 4, Some("alice"))]);
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait Blame: Versioned {
    /// For each column that the history keeps, in the order of the table, the transaction that
    /// last set it: that changed its value, or inserted the row. One query, that reads the
    /// versions of the row. Empty where the row has no version.
    ///
    /// Hidden columns are not among them. The flags of their versions begin when a column is hidden,
    /// so who set it before is not known; `hidden_changed` of the versions tells since then.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    fn blame<'a, C>(&'a self, conn: &mut C) -> QueryResult<Vec<ColumnBlame>>
    where
        C: Connection,
        Transaction: Selectable<C::Backend>,
        LastChanges<'a, Self, C::Backend>: LoadQuery<'a, C, (String, Transaction)>,
        <<Self::Version as Version>::Table as Table>::AllColumns: ColumnNames,
        <<Self::Version as Version>::VersionTable as Table>::AllColumns: ColumnNames,
    {
        let columns = kept_columns::<Self::Version>();
        let query = Last {
            version: PhantomData,
            version_table: <Self::Version as Version>::VersionTable::table().from_clause(),
            same_row: self.same_row(),
            transaction: Transaction::construct_selection(),
            columns: columns.clone(),
        };
        let mut blame: Vec<ColumnBlame> = query
            .load(conn)?
            .into_iter()
            .map(|(column, transaction)| ColumnBlame {
                column,
                transaction,
            })
            .collect();
        blame.sort_by_key(|set| columns.iter().position(|column| *column == set.column));
        Ok(blame)
    }
}

impl<T: Versioned> Blame for T {}

#[doc(hidden)]
pub struct Last<V, F, R, T> {
    version: PhantomData<fn(V)>,
    version_table: F,
    same_row: R,
    transaction: T,
    columns: Vec<&'static str>,
}

impl<V, F, R, T: Expression> Query for Last<V, F, R, T> {
    type SqlType = (Text, T::SqlType);
}

impl<V, F, R, T, C> RunQueryDsl<C> for Last<V, F, R, T> {}

/// The SQL depends on the columns, which the type does not tell.
impl<V, F, R, T> QueryId for Last<V, F, R, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V, F, R, T, DB> QueryFragment<DB> for Last<V, F, R, T>
where
    V: Version,
    DB: RecordingBackend,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
    T: QueryFragment<DB>,
    FromClause<continuum_transaction::table>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // The version before is looked up by its key, not searched for among those of the row.
        out.push_sql("WITH x AS (SELECT ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(
            ".*, lag(transaction_id) OVER (ORDER BY transaction_id) AS continuum_previous FROM ",
        );
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        out.push_sql("), changed AS (SELECT x.transaction_id");
        for (index, column) in self.columns.iter().enumerate() {
            out.push_sql(", ");
            out.push_sql(&changes::differs::<DB>(column));
            out.push_sql(&format!(" OR x.operation_type = 0 AS c{index}"));
        }
        out.push_sql(" FROM x LEFT JOIN ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" y ON ");
        let key: Vec<_> = V::KEY.iter().map(|column| DB::quoted(column)).collect();
        out.push_sql(&DB::same_key("y", "x", &key));
        out.push_sql(
            " AND y.transaction_id = x.continuum_previous WHERE x.operation_type <> 2), \
             last AS (SELECT ",
        );
        // In one pass: MariaDB reads the versions again wherever `changed` is named.
        for index in 0..self.columns.len() {
            let comma = if index > 0 { ", " } else { "" };
            out.push_sql(&format!(
                "{comma}max(CASE WHEN c{index} THEN transaction_id END) AS t{index}"
            ));
        }
        out.push_sql(" FROM changed) SELECT named.column_name, ");
        self.transaction.walk_ast(out.reborrow())?;
        out.push_sql(" FROM last CROSS JOIN (");
        for (index, column) in self.columns.iter().enumerate() {
            let union = if index > 0 { " UNION ALL " } else { "" };
            let name = DB::literal(column);
            out.push_sql(&format!(
                "{union}SELECT {name} AS column_name, {index} AS place"
            ));
        }
        out.push_sql(
            ") named INNER JOIN continuum_transaction ON continuum_transaction.id = CASE named.place",
        );
        for index in 0..self.columns.len() {
            out.push_sql(&format!(" WHEN {index} THEN last.t{index}"));
        }
        out.push_sql(" END");
        Ok(())
    }
}

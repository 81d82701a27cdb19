//! The condition that keeps the versions that were valid at a moment.

use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::{LastTransaction, Moment};
use crate::version::{Strategy, Version};
use diesel::associations::HasTable;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::QuerySource;
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
    found: Found,
    table: TableOf<V>,
}

/// How the versions are found, where the engine has a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    /// The newest of each row is looked up.
    ByRow,
    /// What the query finds otherwise is looked at.
    OneByOne,
    /// In the way that is best where most of the rows are wanted.
    AllRows,
}

pub(crate) type TableOf<V> = <<V as Version>::VersionTable as QuerySource>::FromClause;

impl<V: Version> AsOf<V> {
    /// The versions that were valid at `moment`: after the transaction with this id, or at this
    /// time.
    pub fn new(moment: impl Into<Moment>) -> Self {
        Self {
            last: moment.into().into(),
            found: Found::ByRow,
            table: V::VersionTable::table().from_clause(),
        }
    }

    /// The same, for a query that finds few versions by something else than the key: by a foreign
    /// key, or in a join. Each that it finds is looked at by itself.
    ///
    /// What it finds them by needs an index of its own on the version table.
    pub fn one_by_one(moment: impl Into<Moment>) -> Self {
        Self {
            found: Found::OneByOne,
            ..Self::new(moment)
        }
    }

    /// The same, for a query that reads the whole table, or most of it. A condition on the key is better
    /// off with [`new`](Self::new).
    ///
    /// MariaDB leaps from row to row through the index of the primary key, where `new` compares every
    /// version. On PostgreSQL with the `validity` strategy the versions are found by an index of when
    /// they ended, which a migration of your own adds, and without which they are all read:
    ///
    /// ```sql
    /// CREATE INDEX ON articles_version (end_transaction_id, transaction_id)
    /// WHERE end_transaction_id IS NOT NULL;
    /// ```
    ///
    /// Then 10 000 rows of a million versions take about twice the time of the table itself, and
    /// `new`, which looks each row up, takes ten times as long. Otherwise, and on SQLite and MySQL, it is
    /// the same as `new`; on SQLite a [scope](crate::TimeTravel::as_of) reads whole tables faster.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
    /// use continuum_core::AsOf;
    ///
    /// let all: Vec<ArticleVersion> = articles_version::table
    ///     .filter(AsOf::<ArticleVersion>::whole_table(2))
    ///     .select(ArticleVersion::as_select())
    ///     .load(conn)?;
    /// assert_eq!(all[0].name, "first");
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    pub fn whole_table(moment: impl Into<Moment>) -> Self {
        Self {
            found: Found::AllRows,
            ..Self::new(moment)
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
            found: self.found,
            table: V::VersionTable::table().from_clause(),
        }
    }
}

expression!(<V: Version> AsOf<V>, Bool, on V::VersionTable);

impl<V, DB> QueryFragment<DB> for AsOf<V>
where
    V: Version,
    DB: RecordingBackend,
    LastTransaction: QueryFragment<DB>,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.found == Found::AllRows && DB::AS_OF_GROUPS_VERSIONS {
            return self.newest_of_each_group(&mut out);
        }
        if self.found == Found::OneByOne || !DB::AS_OF_STARTS_FROM_ROWS {
            let moment = |out: &mut AstPass<'_, 'b, DB>| self.last.walk_ast(out.reborrow());
            return was_valid::<V, DB>(&self.table, &mut out, moment);
        }
        out.push_sql("(");
        if self.found == Found::AllRows && V::STRATEGY == Strategy::Validity {
            self.open_or_ended_later(&mut out)?;
        } else {
            self.newest_of_each_row(&mut out)?;
        }
        out.push_sql(" AND ");
        push_column(&self.table, &mut out, "operation_type")?;
        out.push_sql(" <> 2)");
        Ok(())
    }
}

impl<V: Version> AsOf<V> {
    /// The versions that had begun, and that are open or ended later: two ranges of two indexes.
    ///
    /// The planner takes beginning and end for independent, and would expect a quarter of all
    /// versions, for which it reads the table. Between two numbers that it does not know, so in
    /// queries of their own, it expects few.
    fn open_or_ended_later<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend,
        LastTransaction: QueryFragment<DB>,
        TableOf<V>: QueryFragment<DB>,
    {
        out.push_sql("(");
        push_column(&self.table, out, "end_transaction_id")?;
        out.push_sql(" IS NULL AND ");
        push_column(&self.table, out, "transaction_id")?;
        // An expression, so that the index of the transactions is none for it.
        out.push_sql(" + 0 <= (SELECT ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql(") OR ");
        push_column(&self.table, out, "end_transaction_id")?;
        out.push_sql(" > (SELECT ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql(") AND ");
        push_column(&self.table, out, "end_transaction_id")?;
        out.push_sql(" <= (SELECT 9223372036854775807) AND ");
        push_column(&self.table, out, "transaction_id")?;
        out.push_sql(" <= (SELECT ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql("))");
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
            push_column(&self.table, out, key)?;
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

impl<V: Version> AsOf<V> {
    /// MariaDB leaps through the index of the primary key from row to row. MySQL compares each version
    /// with the moment ([`was_valid`]). `/*M! … */` is read by MariaDB alone, `/*!80000 … */` by MySQL alone; the
    /// parameters stand outside of both, and are of the same number for either.
    fn newest_of_each_group<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend,
        LastTransaction: QueryFragment<DB>,
        TableOf<V>: QueryFragment<DB>,
    {
        out.push_sql("(/*M! (");
        for key in V::KEY {
            push_column(&self.table, out, key)?;
            out.push_sql(", ");
        }
        push_column(&self.table, out, "transaction_id")?;
        out.push_sql(") IN (SELECT ");
        push_keys::<V, DB>(out)?;
        out.push_sql(", MAX(newest.transaction_id) FROM ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" newest WHERE newest.transaction_id */ /*!80000 ");
        push_column(&self.table, out, "transaction_id")?;
        out.push_sql(" */ <= ");
        self.last.walk_ast(out.reborrow())?;
        out.push_sql(" AND /*M! newest.transaction_id <= */ /*!80000 ");
        match V::STRATEGY {
            Strategy::Validity => {
                out.push_sql("(");
                push_column(&self.table, out, "end_transaction_id")?;
                out.push_sql(" IS NULL OR ");
                push_column(&self.table, out, "end_transaction_id")?;
                out.push_sql(" > */ ");
                self.last.walk_ast(out.reborrow())?;
            }
            Strategy::Subquery => {
                push_column(&self.table, out, "transaction_id")?;
                out.push_sql(" = (SELECT newest.transaction_id FROM ");
                self.table.walk_ast(out.reborrow())?;
                out.push_sql(" newest WHERE ");
                for key in V::KEY {
                    out.push_sql("newest.");
                    out.push_identifier(key)?;
                    out.push_sql(" = ");
                    push_column(&self.table, out, key)?;
                    out.push_sql(" AND ");
                }
                out.push_sql("newest.transaction_id <= */ ");
                self.last.walk_ast(out.reborrow())?;
                out.push_sql(" /*!80000 ORDER BY newest.transaction_id DESC LIMIT 1 */");
            }
        }
        out.push_sql(" /*M! GROUP BY ");
        push_keys::<V, DB>(out)?;
        out.push_sql(" */) AND ");
        push_column(&self.table, out, "operation_type")?;
        out.push_sql(" <> 2)");
        Ok(())
    }
}

/// The columns of the key of the table called `newest`.
fn push_keys<V: Version, DB: RecordingBackend>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    for (at, key) in V::KEY.iter().enumerate() {
        if at > 0 {
            out.push_sql(", ");
        }
        out.push_sql("newest.");
        out.push_identifier(key)?;
    }
    Ok(())
}

/// That a version of `V`'s table was there at a moment: it is compared with the moment, and with
/// the next version.
pub(crate) fn was_valid<'b, V, DB>(
    table: &'b TableOf<V>,
    out: &mut AstPass<'_, 'b, DB>,
    moment: impl Fn(&mut AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql("(");
    push_column(table, out, "transaction_id")?;
    match V::STRATEGY {
        Strategy::Validity => {
            out.push_sql(" <= ");
            moment(out)?;
            out.push_sql(" AND (");
            push_column(table, out, "end_transaction_id")?;
            out.push_sql(" IS NULL OR ");
            push_column(table, out, "end_transaction_id")?;
            out.push_sql(" > ");
            moment(out)?;
            out.push_sql(")");
        }
        // The first condition spares the other one to later versions, and max() would be looked for
        // in twice the time.
        Strategy::Subquery => {
            out.push_sql(" <= ");
            moment(out)?;
            out.push_sql(" AND ");
            push_column(table, out, "transaction_id")?;
            out.push_sql(" = (SELECT newest.transaction_id FROM ");
            table.walk_ast(out.reborrow())?;
            out.push_sql(" newest WHERE ");
            for key in V::KEY {
                out.push_sql("newest.");
                out.push_identifier(key)?;
                out.push_sql(" = ");
                push_column(table, out, key)?;
                out.push_sql(" AND ");
            }
            out.push_sql("newest.transaction_id <= ");
            moment(out)?;
            out.push_sql(" ORDER BY newest.transaction_id DESC LIMIT 1)");
        }
    }
    out.push_sql(" AND ");
    push_column(table, out, "operation_type")?;
    out.push_sql(" <> 2)");
    Ok(())
}

/// A column of a table.
pub(crate) fn push_column<'b, T, DB>(
    table: &'b T,
    out: &mut AstPass<'_, 'b, DB>,
    name: &str,
) -> QueryResult<()>
where
    DB: RecordingBackend,
    T: QueryFragment<DB>,
{
    table.walk_ast(out.reborrow())?;
    out.push_sql(".");
    out.push_identifier(name)
}

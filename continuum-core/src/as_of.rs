//! The condition that keeps the versions that were valid at a moment.

mod by_end;
mod by_group;
mod by_lookup;
mod by_place;
mod one_by_one;

#[cfg(feature = "sqlite")]
pub(crate) use by_place::PLACE;

use crate::backend::{AsOfBy, RecordingBackend};
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
    /// SQLite looks each row's version up in the index, MariaDB leaps from row to row through the index of the
    /// primary key, where `new` compares every version. On PostgreSQL with the `validity` strategy the
    /// versions are found by an index of when they ended, which a migration of your own adds, and without
    /// which they are all read:
    ///
    /// ```sql
    /// CREATE INDEX ON articles_version (end_transaction_id, transaction_id)
    /// WHERE end_transaction_id IS NOT NULL;
    /// ```
    ///
    /// Then 10 000 rows of a million versions take about twice the time of the table itself, on SQLite as
    /// well, and `new` takes ten times as long. Otherwise, and on MySQL, it is the same as `new`.
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
        let out = &mut out;
        out.push_sql("(");
        match (DB::AS_OF, self.found, V::STRATEGY) {
            (AsOfBy::Lookup, Found::AllRows, Strategy::Validity) => by_end::walk(self, out)?,
            (AsOfBy::Lookup, Found::ByRow | Found::AllRows, _) => by_lookup::walk(self, out)?,
            (AsOfBy::Group, Found::AllRows, _) => by_group::walk(self, out)?,
            (AsOfBy::Place, Found::AllRows, _) => by_place::walk(self, out)?,
            (_, Found::OneByOne, _) | (AsOfBy::Group | AsOfBy::Place, Found::ByRow, _) => {
                let moment = |out: &mut AstPass<'_, 'b, DB>| self.last.walk_ast(out.reborrow());
                one_by_one::compared::<V, DB>(&self.table, out, moment)?;
            }
        }
        is_no_delete::<V, DB>(&self.table, out)
    }
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
    one_by_one::compared::<V, DB>(table, out, moment)?;
    is_no_delete::<V, DB>(table, out)
}

fn is_no_delete<'b, V, DB>(table: &'b TableOf<V>, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql(" AND ");
    push_column(table, out, "operation_type")?;
    out.push_sql(" <> 2)");
    Ok(())
}

/// The columns of the key of the table that the query calls `name`.
fn push_keys<V, DB>(name: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
{
    for (at, key) in V::KEY.iter().enumerate() {
        if at > 0 {
            out.push_sql(", ");
        }
        out.push_sql(name);
        out.push_sql(".");
        out.push_identifier(key)?;
    }
    Ok(())
}

/// That `name` is a version of the row `row`, and then `AND`.
fn push_same_key<V, DB>(name: &str, row: &str, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
{
    for key in V::KEY {
        for (sql, of) in [("", name), (" = ", row)] {
            out.push_sql(sql);
            out.push_sql(of);
            out.push_sql(".");
            out.push_identifier(key)?;
        }
        out.push_sql(" AND ");
    }
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

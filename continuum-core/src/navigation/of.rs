//! One query of the versions of one row: where they are, seen from a transaction, and which of them.

use crate::as_of::TableOf;
use crate::changeset::ChangesOf;
use crate::since::{MadeBy, RowSince};
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::{CountStar, count_star};
use diesel::expression::{Expression, Selectable};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};

/// The query for one version of the struct `V`.
pub(crate) type One<V, R, DB> = Of<<V as Selectable<DB>>::SelectExpression, TableOf<V>, R>;

/// The query for a number of versions.
pub(crate) type Count<V, R> = Of<CountStar, TableOf<V>, R>;

/// The query for a number of versions since a moment.
pub(crate) type CountSince<V, R> = Of<CountStar, TableOf<V>, RowSince<V, R>>;

/// The query for what one version changed.
pub(crate) type ChangesOfOne<V, R> = Of<ChangesOf<V>, TableOf<V>, R>;

/// The query for something of the newest version of a row.
pub(crate) type Newest<S, V, R> = Of<S, TableOf<V>, R>;

/// Where the versions are, seen from a transaction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    None,
    Before(i64),
    At(i64),
    After(i64),
}

/// Which of them it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Oldest,
    Newest,
}

/// A query of the versions of one row: `S` is what is selected, `F` the version table, `R` the
/// condition that finds the row.
#[derive(Debug)]
#[doc(hidden)]
pub struct Of<S, F, R> {
    selection: S,
    version_table: F,
    same_row: R,
    bound: Bound,
    one: Option<End>,
}

impl<R> Of<(), (), R> {
    pub(super) fn one<V, DB>(same_row: R, bound: Bound, end: End) -> One<V, R, DB>
    where
        V: Version + Selectable<DB>,
        DB: Backend,
    {
        Of {
            selection: V::construct_selection(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound,
            one: Some(end),
        }
    }

    pub(crate) fn changes<V: Version>(same_row: R, transaction_id: i64) -> ChangesOfOne<V, R> {
        Of {
            selection: ChangesOf::new(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound: Bound::At(transaction_id),
            one: None,
        }
    }

    /// One, or none where the version is gone.
    pub(crate) fn count_at<V: Version>(same_row: R, transaction_id: i64) -> Count<V, R> {
        Of::count::<V>(same_row, Bound::At(transaction_id))
    }

    pub(crate) fn count_since<V: Version>(same_row: R, since: MadeBy<V>) -> CountSince<V, R> {
        Of::<(), (), RowSince<V, R>>::count::<V>(RowSince { same_row, since }, Bound::None)
    }

    pub(crate) fn newest<V: Version, S>(selection: S, same_row: R) -> Newest<S, V, R> {
        Of {
            selection,
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound: Bound::None,
            one: Some(End::Newest),
        }
    }

    pub(crate) fn all<V: Version, S>(selection: S, same_row: R) -> Newest<S, V, R> {
        Of {
            one: None,
            ..Self::newest::<V, S>(selection, same_row)
        }
    }

    pub(super) fn count<V: Version>(same_row: R, bound: Bound) -> Count<V, R> {
        Of {
            selection: count_star(),
            version_table: V::VersionTable::table().from_clause(),
            same_row,
            bound,
            one: None,
        }
    }
}

impl<S: Expression, F, R> Query for Of<S, F, R> {
    type SqlType = S::SqlType;
}

impl<S, F, R, C> RunQueryDsl<C> for Of<S, F, R> {}

/// The SQL depends on the values, so the type alone does not tell it.
impl<S, F, R> QueryId for Of<S, F, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, F, R, DB> QueryFragment<DB> for Of<S, F, R>
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    S: QueryFragment<DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.selection.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.same_row.walk_ast(out.reborrow())?;
        self.bound.walk(&self.version_table, &mut out)?;
        if let Some(end) = self.one {
            end.walk(&self.version_table, &mut out)?;
        }
        Ok(())
    }
}

impl Bound {
    /// The condition behind others.
    pub(super) fn walk<'b, F, DB>(
        &'b self,
        version_table: &'b F,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
        F: QueryFragment<DB>,
    {
        let (side, id) = match self {
            Self::None => return Ok(()),
            Self::Before(id) => (" < ", id),
            Self::At(id) => (" = ", id),
            Self::After(id) => (" > ", id),
        };
        out.push_sql(" AND ");
        push_transaction_id(version_table, out)?;
        out.push_sql(side);
        out.push_bind_param::<BigInt, _>(id)
    }
}

impl End {
    /// The order and the limit.
    pub(super) fn walk<'b, F, DB>(
        self,
        version_table: &'b F,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend,
        F: QueryFragment<DB>,
    {
        out.push_sql(" ORDER BY ");
        push_transaction_id(version_table, out)?;
        out.push_sql(match self {
            Self::Oldest => " LIMIT 1",
            Self::Newest => " DESC LIMIT 1",
        });
        Ok(())
    }
}

fn push_transaction_id<'b, F, DB>(
    version_table: &'b F,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    F: QueryFragment<DB>,
{
    version_table.walk_ast(out.reborrow())?;
    out.push_sql(".");
    out.push_identifier("transaction_id")
}

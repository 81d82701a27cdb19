//! The same for each of many, in one query: one part for each, which finds it by the key of the
//! version table. The answers are in the order of what was asked for.

use super::of::{Bound, End};
use crate::as_of::TableOf;
use crate::backend::{PARTS_OF_UNION, RecordingBackend};
use crate::changes::{self, Changes};
use crate::revert::quoted;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::expression::{Expression, Selectable};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Integer, Text};

/// The query for one version of the struct `V` for each.
pub(crate) type OneOfEach<V, R, DB> =
    Each<Selected<<V as Selectable<DB>>::SelectExpression>, TableOf<V>, R>;

/// The query for the number of versions of each.
pub(crate) type CountOfEach<V, R> = Each<Counted, TableOf<V>, R>;

/// The query for what each of several versions changed.
pub(crate) type ChangesOfEach<V, R> = Each<Compared, TableOf<V>, R>;

/// A query of the versions of each of several rows: `S` is what is asked for, `F` the version table,
/// `R` the condition that finds a row.
#[derive(Debug)]
#[doc(hidden)]
pub struct Each<S, F, R> {
    asked: S,
    version_table: F,
    key: &'static [&'static str],
    parts: Vec<(R, Bound)>,
}

/// The columns of one version.
#[derive(Debug)]
#[doc(hidden)]
pub struct Selected<S> {
    selection: S,
    end: End,
}

/// How many there are.
#[derive(Debug)]
#[doc(hidden)]
pub struct Counted;

/// What a version changed, of these columns.
#[derive(Debug)]
#[doc(hidden)]
pub struct Compared {
    columns: Vec<&'static str>,
}

impl<R> Each<(), (), R> {
    pub(super) fn one<V, DB>(parts: Vec<(R, Bound)>, end: End) -> OneOfEach<V, R, DB>
    where
        V: Version + Selectable<DB>,
        DB: Backend,
    {
        let selection = V::construct_selection();
        Each::<(), (), R>::of::<V, _>(Selected { selection, end }, parts)
    }

    pub(super) fn count<V: Version>(parts: Vec<(R, Bound)>) -> CountOfEach<V, R> {
        Each::<(), (), R>::of::<V, _>(Counted, parts)
    }

    pub(super) fn changes<V: Version>(
        parts: Vec<(R, Bound)>,
        columns: Vec<&'static str>,
    ) -> ChangesOfEach<V, R> {
        Each::<(), (), R>::of::<V, _>(Compared { columns }, parts)
    }

    fn of<V: Version, S>(asked: S, parts: Vec<(R, Bound)>) -> Each<S, TableOf<V>, R> {
        Each {
            asked,
            version_table: V::VersionTable::table().from_clause(),
            key: V::KEY,
            parts,
        }
    }
}

impl<S, F, R> Each<S, F, R> {
    /// The answers by place; no query where nothing is asked for.
    pub(super) fn answers<'a, C, T>(self, conn: &mut C) -> QueryResult<Vec<Option<T>>>
    where
        C: Connection,
        Self: LoadQuery<'a, C, (i32, T)> + RunQueryDsl<C>,
    {
        let mut answers: Vec<Option<T>> = self.parts.iter().map(|_| None).collect();
        if answers.is_empty() {
            return Ok(answers);
        }
        for (place, answer) in self.load(conn)? {
            let place = usize::try_from(place).ok();
            if let Some(place) = place.and_then(|place| answers.get_mut(place)) {
                *place = Some(answer);
            }
        }
        Ok(answers)
    }
}

impl<F, R> Each<Counted, F, R> {
    /// The numbers by place: 0 for what was not found.
    pub(super) fn counts<'a, C>(self, conn: &mut C) -> QueryResult<Vec<i64>>
    where
        C: Connection,
        Self: LoadQuery<'a, C, (i32, i64)> + RunQueryDsl<C>,
    {
        let counts = self.answers(conn)?;
        Ok(counts.into_iter().map(Option::unwrap_or_default).collect())
    }
}

/// The SQL depends on the values, so the type alone does not tell it.
impl<S, F, R> QueryId for Each<S, F, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Expression, F, R> Query for Each<Selected<S>, F, R> {
    type SqlType = (Integer, S::SqlType);
}

impl<F, R> Query for Each<Counted, F, R> {
    type SqlType = (Integer, BigInt);
}

impl<F, R> Query for Each<Compared, F, R> {
    type SqlType = (Integer, Text);
}

impl<S, F, R, C> RunQueryDsl<C> for Each<S, F, R> {}

impl<S, F, R, DB> QueryFragment<DB> for Each<Selected<S>, F, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    S: QueryFragment<DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT part.place, ");
        self.asked.selection.walk_ast(out.reborrow())?;
        out.push_sql(" FROM (");
        let columns = self.key_and_transaction::<DB>();
        self.walk_parts(&columns, Some(self.asked.end), &mut out)?;
        out.push_sql(") part INNER JOIN ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" ON ");
        out.push_sql(&self.is_of_part::<DB>(&quoted::<DB, _>(&self.version_table)?));
        Ok(())
    }
}

impl<F, R, DB> QueryFragment<DB> for Each<Counted, F, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk_parts("count(*) AS answer", None, &mut out)
    }
}

impl<F, R, DB> QueryFragment<DB> for Each<Compared, F, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (before, after) = changes::is_previous::<DB>(self.key);
        out.push_sql("SELECT part.place, ");
        out.push_sql(&changes::object::<DB>(&self.asked.columns));
        out.push_sql(" FROM (");
        let columns = self.key_and_transaction::<DB>();
        self.walk_parts(&columns, None, &mut out)?;
        out.push_sql(") part INNER JOIN ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" x ON ");
        out.push_sql(&self.is_of_part::<DB>("x"));
        out.push_sql(" LEFT JOIN ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" y ON ");
        out.push_sql(&before);
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(&after);
        Ok(())
    }
}

impl<S, F, R> Each<S, F, R> {
    fn key_and_transaction<DB: RecordingBackend>(&self) -> String {
        let columns = self.key.iter().chain(&["transaction_id"]);
        let columns: Vec<_> = columns.map(|column| DB::quoted(column)).collect();
        columns.join(", ")
    }

    fn is_of_part<DB: RecordingBackend>(&self, version: &str) -> String {
        let key: Vec<_> = self.key.iter().map(|column| DB::quoted(column)).collect();
        let same_key = DB::same_key(version, "part", &key);
        format!("{same_key} AND {version}.transaction_id = part.transaction_id")
    }

    /// A row for each part that finds something: its place, and these columns.
    fn walk_parts<'b, DB>(
        &'b self,
        columns: &str,
        end: Option<End>,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: RecordingBackend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
        F: QueryFragment<DB>,
        R: QueryFragment<DB>,
    {
        out.unsafe_to_cache_prepared();
        let mut place = 0;
        for (index, some) in self.parts.chunks(PARTS_OF_UNION).enumerate() {
            out.push_sql(if index == 0 { "" } else { " UNION ALL " });
            out.push_sql("SELECT * FROM (");
            for (index, (same_row, bound)) in some.iter().enumerate() {
                out.push_sql(if index == 0 { "" } else { " UNION ALL " });
                out.push_sql(&format!(
                    "SELECT * FROM (SELECT {place} AS place, {columns} FROM "
                ));
                self.version_table.walk_ast(out.reborrow())?;
                out.push_sql(" WHERE ");
                same_row.walk_ast(out.reborrow())?;
                bound.walk(&self.version_table, out)?;
                if let Some(end) = end {
                    end.walk(&self.version_table, out)?;
                }
                out.push_sql(") found");
                place += 1;
            }
            out.push_sql(") chunk");
        }
        Ok(())
    }
}

/// What each of several versions changed, as the database tells it.
pub(crate) fn changes_of_each<'a, V, C>(
    versions: &'a [V],
    columns: Vec<&'static str>,
    conn: &mut C,
) -> QueryResult<Vec<Changes>>
where
    V: Version,
    C: Connection,
    ChangesOfEach<V, V::SameRow<'a>>: LoadQuery<'a, C, (i32, Changes)>,
{
    let parts = versions.iter().map(|version| {
        let at = Bound::At(version.transaction_id());
        (version.same_row(), at)
    });
    let answers = Each::changes::<V>(parts.collect(), columns).answers(conn)?;
    let answers = answers.into_iter().collect::<Option<_>>();
    answers.ok_or(diesel::result::Error::NotFound)
}

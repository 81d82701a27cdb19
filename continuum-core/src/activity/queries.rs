//! The queries from activities to versions, and back.

use super::continuum_activity;
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::navigation::{Newest, Of};
use crate::revert::quoted;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::expression::Expression;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::sql_types::{BigInt, Bool, Text};
use std::fmt;

type FromClause<T> = <T as QuerySource>::FromClause;

/// What a version is known by in an activity: the key of its row, and its transaction.
pub(crate) struct Reference<V: Version>(FromClause<V::VersionTable>);

/// The keys of versions, each once: under a collation that takes them for equal, versions of one
/// row may spell them in several ways.
pub(crate) struct Keys<V: Version>(FromClause<V::VersionTable>);

/// The query for what the newest version of a row is known by.
pub(crate) type NewestReference<V, R> = Newest<Reference<V>, V, R>;

/// Whether an activity is about a row: [`Activity::about`](super::Activity::about).
pub struct About<V: Version, R> {
    table: FromClause<V::Table>,
    keys: Newest<Keys<V>, V, R>,
}

/// The versions that activities point to.
#[doc(hidden)]
pub struct VersionsOf<V: Version, S> {
    selection: S,
    table: FromClause<V::Table>,
    version_table: FromClause<V::VersionTable>,
    role: Role,
    activities: Vec<i64>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    Object,
    Target,
}

impl Role {
    const ALL: [Self; 2] = [Self::Object, Self::Target];

    fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Target => "target",
        }
    }
}

pub(crate) fn newest_reference<V: Version, R>(same_row: R) -> NewestReference<V, R> {
    let reference = Reference(V::VersionTable::table().from_clause());
    Of::newest::<V, _>(reference, same_row)
}

impl<V: Version, R> About<V, R> {
    pub(super) fn new(same_row: R) -> Self {
        let keys = Keys(V::VersionTable::table().from_clause());
        Self {
            table: V::Table::table().from_clause(),
            keys: Of::all::<V, _>(keys, same_row),
        }
    }
}

impl<V: Version, S> VersionsOf<V, S> {
    pub(super) fn new(selection: S, role: Role, activities: Vec<i64>) -> Self {
        Self {
            selection,
            table: V::Table::table().from_clause(),
            version_table: V::VersionTable::table().from_clause(),
            role,
            activities,
        }
    }
}

impl<V: Version> Expression for Reference<V> {
    type SqlType = (Text, BigInt);
}

impl<V: Version> Expression for Keys<V> {
    type SqlType = Text;
}

impl<V: Version, S: Expression> Query for VersionsOf<V, S> {
    type SqlType = (BigInt, S::SqlType);
}

impl<V: Version, S, C> RunQueryDsl<C> for VersionsOf<V, S> {}

expression!(<V: Version, R> About<V, R>, Bool, on continuum_activity::table);

impl<V: Version, S> QueryId for VersionsOf<V, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V: Version, R> fmt::Debug for About<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("About")
    }
}

impl<V: Version, S> fmt::Debug for VersionsOf<V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VersionsOf").field(&self.activities).finish()
    }
}

impl<V, DB> QueryFragment<DB> for Keys<V>
where
    V: Version,
    DB: RecordingBackend,
    FromClause<V::VersionTable>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let key = key::<V, DB>(&self.0)?;
        out.push_sql(&format!("DISTINCT {key} AS row_key"));
        Ok(())
    }
}

impl<V, DB> QueryFragment<DB> for Reference<V>
where
    V: Version,
    DB: RecordingBackend,
    FromClause<V::VersionTable>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&key::<V, DB>(&self.0)?);
        out.push_sql(", ");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(".transaction_id");
        Ok(())
    }
}

/// The table named without quotes, and the keys by one subquery: each index of the activities finds
/// its rows by both. The derived table keeps MySQL from asking it for each activity there is.
impl<V, R, DB> QueryFragment<DB> for About<V, R>
where
    V: Version,
    DB: RecordingBackend,
    FromClause<V::Table>: QueryFragment<DB>,
    Newest<Keys<V>, V, R>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = DB::literal(&plain(&quoted::<DB, _>(&self.table)?));
        out.push_sql("continuum_activity.id IN (SELECT found.id FROM (");
        for (start, role) in ["", " UNION ALL "].into_iter().zip(Role::ALL) {
            let role = role.as_str();
            out.push_sql(start);
            out.push_sql("SELECT a.id FROM (");
            self.keys.walk_ast(out.reborrow())?;
            out.push_sql(&format!(
                ") AS k JOIN continuum_activity AS a \
                 ON a.{role}_table = {table} AND a.{role}_key = k.row_key"
            ));
        }
        out.push_sql(") AS found)");
        Ok(())
    }
}

impl<V, S, DB> QueryFragment<DB> for VersionsOf<V, S>
where
    V: Version,
    DB: RecordingBackend,
    S: QueryFragment<DB>,
    FromClause<V::Table>: QueryFragment<DB>,
    FromClause<V::VersionTable>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = DB::literal(&plain(&quoted::<DB, _>(&self.table)?));
        let role = self.role.as_str();
        out.push_sql("SELECT continuum_activity.id, ");
        self.selection.walk_ast(out.reborrow())?;
        out.push_sql(" FROM continuum_activity JOIN ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" ON ");
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(&format!(
            ".transaction_id = continuum_activity.{role}_transaction_id AND {} = \
             continuum_activity.{role}_key WHERE continuum_activity.{role}_table = {table} \
             AND continuum_activity.id IN (",
            key::<V, DB>(&self.version_table)?
        ));
        let ids: Vec<_> = self.activities.iter().map(i64::to_string).collect();
        out.push_sql(&ids.join(", "));
        out.push_sql(")");
        Ok(())
    }
}

/// The key as an activity has it: the text of an array of JSON.
fn key<V, DB>(version_table: &FromClause<V::VersionTable>) -> QueryResult<String>
where
    V: Version,
    DB: RecordingBackend,
    FromClause<V::VersionTable>: QueryFragment<DB>,
{
    let version_table = quoted::<DB, _>(version_table)?;
    let values: Vec<String> = V::KEY
        .iter()
        .map(|column| DB::key(&format!("{version_table}.{}", DB::quoted(column))))
        .collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    Ok(DB::key_text(&values))
}

/// The name of a table without its quotes: `blog.articles` for `"blog"."articles"`.
pub(super) fn plain(quoted: &str) -> String {
    let Some(quote) = quoted.chars().next() else {
        return String::new();
    };
    let mut name = String::new();
    let mut inside = false;
    let mut characters = quoted.chars().peekable();
    while let Some(character) = characters.next() {
        if character != quote {
            name.push(character);
        } else if inside && characters.next_if_eq(&quote).is_some() {
            name.push(quote);
        } else {
            inside = !inside;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_table_is_named_without_the_quotes_of_its_engine() {
        assert_eq!(plain("\"articles\""), "articles");
        assert_eq!(plain("\"blog\".\"articles\""), "blog.articles");
        assert_eq!(plain("`blog`.`a``b`"), "blog.a`b");
    }
}

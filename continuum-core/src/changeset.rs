//! What a version changed, in queries and as typed values.

use crate::as_of::TableOf;
use crate::backend::RecordingBackend;
use crate::changes::{self, Changes};
use crate::columns::ColumnNames;
use crate::expression::expression;
use crate::navigation::{
    ChangesOfEach, ChangesOfOne, Navigate, Of, One, OneOfEach, changes_of_each,
};
use crate::operation::Operation;
use crate::revert::kept_columns;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::expression::Selectable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::sql_types::{Bool, Text};
use std::fmt;
use std::marker::PhantomData;

/// The field of a version struct that is a column of the version table. Derived, for each of them.
pub trait Field<Column>: Version {
    /// The type of the field.
    type Value;

    /// The field.
    fn field(&self) -> &Self::Value;
}

/// What a version changed: the row before and after, and which columns differ.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
///
/// let changeset = versions[1].changeset(conn)?;
/// let name = changeset.get(articles_version::name).unwrap();
/// assert_eq!(name.old.map(String::as_str), Some("first"));
/// assert_eq!(name.new.map(String::as_str), Some("second"));
/// assert!(changeset.get(articles_version::content).is_none());
///
/// let inserted = versions[0].changeset(conn)?;
/// assert_eq!(inserted.old, None);
/// assert_eq!(inserted.changes.to_json(), serde_json::json!({"id": [null, 1], "name": [null, "first"]}));
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Changeset<'a, V> {
    /// The row before; `None` where it was not there.
    pub old: Option<V>,
    /// The row afterwards; `None` where it is gone.
    pub new: Option<&'a V>,
    /// The columns that differ.
    pub changes: Changes,
}

/// The typed values of one column, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a, T> {
    /// `None` where the row was not there before.
    pub old: Option<&'a T>,
    /// `None` where the row is gone afterwards.
    pub new: Option<&'a T>,
}

impl<'a, V: Version> Changeset<'a, V> {
    fn of(version: &'a V, old: Option<V>, changes: Changes) -> Self {
        let new = (version.operation() != Operation::Delete).then_some(version);
        Self { old, new, changes }
    }
}

impl<V> Changeset<'_, V> {
    /// The values of a column of the version table; `None` where it did not change.
    pub fn get<C>(&self, _column: C) -> Option<Change<'_, V::Value>>
    where
        C: Column,
        V: Field<C>,
    {
        self.changes.get(C::NAME)?;
        Some(Change {
            old: self.old.as_ref().map(V::field),
            new: self.new.map(V::field),
        })
    }
}

/// What versions changed: of one, and in queries for many.
pub trait HasChangeset: Version {
    /// What each version changed, to be selected beside versions, in any query that has the
    /// version table in it once: see [`Changes`].
    fn changes() -> ChangesOf<Self> {
        ChangesOf::new()
    }

    /// Whether a version changed this column of the version table, for any query that has the
    /// version table in it once. An insert and a delete change every column that is not NULL.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// let renamed: Vec<ArticleVersion> = article
    ///     .versions()
    ///     .filter(articles_version::operation_type.eq(Operation::Update))
    ///     .filter(ArticleVersion::changed(articles_version::name))
    ///     .load(conn)?;
    /// assert_eq!(renamed.len(), 1);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn changed<C>(_column: C) -> Changed<Self, C>
    where
        C: Column<Table = Self::VersionTable>,
    {
        Changed::new()
    }

    /// What this version changed. Two queries; for many versions at once, select
    /// [`changes`](Self::changes) beside them.
    ///
    /// # Errors
    ///
    /// [`NotFound`](diesel::result::Error::NotFound) when the version itself is gone from the
    /// version table; otherwise what the database says when it cannot be read.
    fn changeset<'a, C>(&'a self, conn: &mut C) -> QueryResult<Changeset<'a, Self>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        One<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, Self>,
        ChangesOfOne<Self, Self::SameRow<'a>>: LoadQuery<'a, C, Changes>,
    {
        let changes = Of::changes::<Self>(self.same_row(), self.transaction_id());
        let changes = changes.get_result(conn)?;
        let old = match self.operation() {
            Operation::Insert => None,
            Operation::Update | Operation::Delete => self.previous(conn)?,
        };
        Ok(Changeset::of(self, old, changes))
    }

    /// What each of these versions changed, of one row or of many: the same as of each
    /// [`changeset`](Self::changeset). Two queries, however many versions there are; the versions
    /// before need not be among them.
    ///
    /// # Errors
    ///
    /// As of [`changeset`](Self::changeset).
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?; article(conn)?;
    /// let page: Vec<ArticleVersion> = articles_version::table
    ///     .order(articles_version::transaction_id.desc())
    ///     .limit(3)
    ///     .load(conn)?;
    /// for changeset in ArticleVersion::changesets(&page, conn)? {
    ///     if let Some(name) = changeset.get(articles_version::name) {
    ///         println!("{:?} -> {:?}", name.old, name.new);
    ///     }
    /// #   assert!(changeset.changes.get("name").is_some());
    /// }
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn changesets<'a, C>(
        versions: &'a [Self],
        conn: &mut C,
    ) -> QueryResult<Vec<Changeset<'a, Self>>>
    where
        C: Connection,
        Self: Selectable<C::Backend>,
        OneOfEach<Self, Self::SameRow<'a>, C::Backend>: LoadQuery<'a, C, (i32, Self)>,
        ChangesOfEach<Self, Self::SameRow<'a>>: LoadQuery<'a, C, (i32, Changes)>,
        <Self::Table as Table>::AllColumns: ColumnNames,
        <Self::VersionTable as Table>::AllColumns: ColumnNames,
    {
        let changes = changes_of_each(versions, kept_columns::<Self>(), conn)?;
        let before = Self::previous_of(versions, conn)?;
        let changesets = versions.iter().zip(before).zip(changes);
        Ok(changesets
            .map(|((version, before), changes)| {
                let old = before.filter(|_| version.operation() != Operation::Insert);
                Changeset::of(version, old, changes)
            })
            .collect())
    }
}

impl<V: Version> HasChangeset for V {}

/// What each version of `V`'s table changed: [`HasChangeset::changes`].
pub struct ChangesOf<V: Version> {
    table: TableOf<V>,
}

/// Whether a version of `V`'s table changed the column `C`: [`HasChangeset::changed`].
pub struct Changed<V: Version, C> {
    table: TableOf<V>,
    column: PhantomData<C>,
}

impl<V: Version> ChangesOf<V> {
    pub(crate) fn new() -> Self {
        Self {
            table: V::VersionTable::table().from_clause(),
        }
    }
}

impl<V, C> Changed<V, C>
where
    V: Version,
    C: Column<Table = V::VersionTable>,
{
    fn new() -> Self {
        Self {
            table: V::VersionTable::table().from_clause(),
            column: PhantomData,
        }
    }
}

impl<V: Version> fmt::Debug for ChangesOf<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangesOf")
    }
}

impl<V: Version, C: Column> fmt::Debug for Changed<V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Changed").field(&C::NAME).finish()
    }
}

expression!(<V: Version> ChangesOf<V>, Text, on V::VersionTable);
expression!(<V: Version, C> Changed<V, C>, Bool, on V::VersionTable);

impl<V, DB> QueryFragment<DB> for ChangesOf<V>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
    <V::Table as Table>::AllColumns: ColumnNames,
    <V::VersionTable as Table>::AllColumns: ColumnNames,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        out.push_sql(&changes::object::<DB>(&kept_columns::<V>()));
        from_this_and_previous::<V, DB>(&self.table, &mut out)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<V, C, DB> QueryFragment<DB> for Changed<V, C>
where
    V: Version,
    C: Column<Table = V::VersionTable>,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if let Some((column, flag)) = V::FLAGS.iter().find(|(column, _)| *column == C::NAME) {
            // Of a delete, all flags are true.
            out.push_sql("(");
            push_column(&self.table, flag, &mut out)?;
            out.push_sql(" AND (");
            push_column(&self.table, "operation_type", &mut out)?;
            out.push_sql(" <> 2 OR ");
            push_column(&self.table, column, &mut out)?;
            out.push_sql(" IS NOT NULL))");
            return Ok(());
        }
        out.push_sql("EXISTS (SELECT 1");
        from_this_and_previous::<V, DB>(&self.table, &mut out)?;
        out.push_sql(" AND ");
        out.push_sql(&changes::differs::<DB>(C::NAME));
        out.push_sql(")");
        Ok(())
    }
}

fn push_column<'b, F, DB>(
    table: &'b F,
    column: &str,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: RecordingBackend,
    F: QueryFragment<DB>,
{
    table.walk_ast(out.reborrow())?;
    out.push_sql(".");
    out.push_identifier(column)
}

/// The version of the query around, as `x`, and the one before it, as `y`.
fn from_this_and_previous<'b, V, DB>(
    table: &'b TableOf<V>,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    V: Version,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
{
    out.push_sql(" FROM ");
    table.walk_ast(out.reborrow())?;
    out.push_sql(" x LEFT JOIN ");
    table.walk_ast(out.reborrow())?;
    out.push_sql(" y ON ");
    let (before, after) = changes::is_previous::<DB>(V::KEY);
    out.push_sql(&before);
    table.walk_ast(out.reborrow())?;
    out.push_sql(&after);
    out.push_sql(" WHERE ");
    for column in V::KEY.iter().chain(&["transaction_id"]) {
        if *column != V::KEY[0] {
            out.push_sql(" AND ");
        }
        out.push_sql("x.");
        out.push_identifier(column)?;
        out.push_sql(" = ");
        push_column(table, column, out)?;
    }
    Ok(())
}

//! Bringing a row back to what a version says.
//!
//! The values go from the version table to the table inside the database, so they come back
//! exactly as they were stored, whether or not the struct has a field for each column.

mod apply;
pub(crate) mod catalog;
mod check;
pub(crate) mod moment;
mod path;
mod plan;
pub(crate) mod preview;
mod reach;
pub(crate) mod relation;
mod statement;
pub(crate) mod transaction;
pub(crate) mod with;

use crate::backend::RecordingBackend;
use crate::columns::ColumnNames;
use crate::error::HistoryError;
use crate::operation::Operation;
use crate::version::Version;
use catalog::{Catalog, Restorable};
use diesel::associations::HasTable;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::Error;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use plan::{Plan, Rows};
use preview::without_a_trace;
use with::Reverting;

/// Where an engine cannot read the version table while it changes the table.
const COPY: &str = "continuum_restored";

type FromClause<T> = <T as QuerySource>::FromClause;

/// [`revert`](Self::revert), for the structs of versions.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
/// diesel::delete(&article).execute(conn)?;
/// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
///
/// let undo = ChangeInfo::new().actor("alice").reason("deleted by mistake");
/// conn.versioned_transaction(undo, |conn| versions[0].revert(conn))?;
///
/// let article: Article = articles::table.find(article.id).first(conn)?;
/// assert_eq!(article.name, "first");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
pub trait Revert: Version {
    /// Makes the row what it was at this version: changes it back, inserts it again if it was
    /// deleted since, deletes it if this version is its deletion.
    ///
    /// The row's columns that the history does not keep stay as they are, and get their default
    /// where the row is inserted. The history goes on:
    /// what this changes is a new version, and nothing is stored when the row is as the version
    /// says already. Call it inside a
    /// [`versioned_transaction`](crate::VersionedConnection::versioned_transaction) to say who
    /// and why.
    ///
    /// # Errors
    ///
    /// The row is then as it was.
    ///
    /// - [`NoVersion`](HistoryError::NoVersion) when the version itself is gone from the version
    ///   table.
    /// - [`Obstacles`](HistoryError::Obstacles) when the row cannot be what it was: it refers to
    ///   one that is no longer there, a generated column takes no value, a column that the history
    ///   does not keep has no default.
    /// - [`Database`](HistoryError::Database): what the database says otherwise.
    fn revert<'a, C>(&'a self, conn: &mut C) -> Result<(), HistoryError>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, C::Backend>,
        Self::SameRow<'a>: QueryFragment<C::Backend>,
        FromClause<Self::Table>: QueryFragment<C::Backend>,
        FromClause<Self::VersionTable>: QueryFragment<C::Backend>,
        <Self::Table as Table>::AllColumns: ColumnNames,
        <Self::VersionTable as Table>::AllColumns: ColumnNames,
    {
        let statement = |kind| Restore {
            kind,
            table: Self::Table::table().from_clause(),
            version_table: Self::VersionTable::table().from_clause(),
            columns: kept_columns::<Self>(),
            key: Self::KEY,
            same_row: self.same_row(),
            transaction_id: self.transaction_id(),
        };
        let reverted = conn.transaction(|conn| {
            if C::Backend::READS_VERSIONS_APART {
                statement(Kind::Forget).execute(conn)?;
                statement(Kind::Copy).execute(conn)?;
            }
            if self.operation() == Operation::Delete {
                statement(Kind::Delete).execute(conn)?;
            } else if statement(Kind::Update).execute(conn)? == 0
                && statement(Kind::Insert).execute(conn)? == 0
            {
                return Err(HistoryError::NoVersion {
                    transaction_id: self.transaction_id(),
                });
            }
            if C::Backend::READS_VERSIONS_APART {
                statement(Kind::Forget).execute(conn)?;
            }
            Ok(())
        });
        match reverted {
            Err(HistoryError::Database(error @ Error::DatabaseError(..))) => Err(explained(
                conn,
                error,
                &Self::VersionTable::table().from_clause(),
                Rows::Of(self.transaction_id()),
                &self.same_row(),
            )),
            other => other,
        }
    }

    /// The same, together with relations of the row as they were when this version began, or to be
    /// tried first.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    /// let preview = versions[0].reverting().dry_run(conn)?;
    /// assert_eq!(preview.changes[0].operation, Operation::Update);
    /// assert_eq!(versions[0].reverting().execute(conn)?, 1);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn reverting(&self) -> Reverting<'_, Self> {
        Reverting::new(self)
    }
}

/// The error of the database, or what was in the way where that can be told.
fn explained<C, F, R>(
    conn: &mut C,
    error: Error,
    version_table: &F,
    rows: Rows,
    same_row: &R,
) -> HistoryError
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
    F: QueryFragment<C::Backend>,
    R: QueryFragment<C::Backend>,
{
    let obstacles = without_a_trace(conn, |conn| {
        let catalog = Catalog::load(conn)?;
        let table = restorable(&catalog, &quoted::<C::Backend, _>(version_table)?)?;
        if !table.is_recorded() {
            return Ok(Vec::new());
        }
        let plan = Plan::glance(conn, &catalog, &[table], rows, same_row)?;
        let obstacles = plan.obstacles(conn)?;
        plan.forget(conn)?;
        Ok(obstacles)
    });
    match obstacles {
        Ok(obstacles) if !obstacles.is_empty() => HistoryError::Obstacles(obstacles),
        // A connection that is lost, or a transaction that takes nothing more: the first error is
        // the one that tells.
        _ => HistoryError::Database(error),
    }
}

/// A name as Diesel writes it.
pub(crate) fn quoted<DB, F>(name: &F) -> QueryResult<String>
where
    DB: RecordingBackend,
    F: QueryFragment<DB>,
{
    let mut out = DB::QueryBuilder::default();
    name.to_sql(&mut out, &DB::default())?;
    Ok(out.finish())
}

/// The table with this version table.
fn restorable<'c>(catalog: &'c Catalog, version_table: &str) -> QueryResult<&'c Restorable> {
    catalog.with_version_table(version_table).ok_or_else(|| {
        Error::QueryBuilderError(
            format!(
                "no history in this database has the version table {version_table}; write its \
                 migration with `continuum-cli gen-migrations` and apply it with \
                 `diesel migration run`"
            )
            .into(),
        )
    })
}

impl<V: Version> Revert for V {}

/// The columns that both tables have: what the history keeps of the row today.
pub(crate) fn kept_columns<V: Version>() -> Vec<&'static str>
where
    <V::Table as Table>::AllColumns: ColumnNames,
    <V::VersionTable as Table>::AllColumns: ColumnNames,
{
    let versioned = <V::VersionTable as Table>::AllColumns::names();
    let mut columns = <V::Table as Table>::AllColumns::names();
    columns.retain(|column| versioned.contains(column));
    columns
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Copies the version to a table of the session's own.
    Copy,
    /// Drops the copy, if there is one.
    Forget,
    Update,
    Insert,
    Delete,
}

struct Restore<T, V, R> {
    kind: Kind,
    table: T,
    version_table: V,
    columns: Vec<&'static str>,
    key: &'static [&'static str],
    same_row: R,
    transaction_id: i64,
}

impl<T, V, R, C> RunQueryDsl<C> for Restore<T, V, R> {}

/// The SQL depends on the kind and the columns, which the type does not tell.
impl<T, V, R> QueryId for Restore<T, V, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, V, R, DB> QueryFragment<DB> for Restore<T, V, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self.kind {
            Kind::Copy => {
                out.unsafe_to_cache_prepared();
                out.push_sql("CREATE TEMPORARY TABLE ");
                out.push_sql(COPY);
                out.push_sql(" AS SELECT ");
                push_list(&self.columns, &mut out)?;
                out.push_sql(" FROM ");
                self.version_table.walk_ast(out.reborrow())?;
                out.push_sql(" WHERE ");
                self.this_version(&mut out)
            }
            Kind::Forget => {
                out.unsafe_to_cache_prepared();
                out.push_sql("DROP TEMPORARY TABLE IF EXISTS ");
                out.push_sql(COPY);
                Ok(())
            }
            Kind::Update => {
                out.push_sql("UPDATE ");
                self.table.walk_ast(out.reborrow())?;
                if DB::READS_VERSIONS_APART {
                    out.push_sql(", ");
                    out.push_sql(COPY);
                }
                out.push_sql(" SET ");
                // A table that is all key has nothing to set, but its row is to be found.
                let others: Vec<_> = self
                    .columns
                    .iter()
                    .filter(|column| !self.key.contains(column))
                    .collect();
                let set = if others.is_empty() {
                    self.columns.iter().collect()
                } else {
                    others
                };
                for (index, column) in set.into_iter().enumerate() {
                    out.push_sql(if index == 0 { "" } else { ", " });
                    if DB::READS_VERSIONS_APART {
                        self.table.walk_ast(out.reborrow())?;
                        out.push_sql(".");
                    }
                    out.push_identifier(column)?;
                    out.push_sql(" = ");
                    self.source_column(column, &mut out)?;
                }
                if !DB::READS_VERSIONS_APART {
                    out.push_sql(" FROM ");
                    self.version_table.walk_ast(out.reborrow())?;
                }
                out.push_sql(" WHERE ");
                for (index, column) in self.key.iter().enumerate() {
                    out.push_sql(if index == 0 { "" } else { " AND " });
                    self.table.walk_ast(out.reborrow())?;
                    out.push_sql(".");
                    out.push_identifier(column)?;
                    out.push_sql(" = ");
                    self.source_column(column, &mut out)?;
                }
                if !DB::READS_VERSIONS_APART {
                    out.push_sql(" AND ");
                    self.this_version(&mut out)?;
                }
                Ok(())
            }
            Kind::Insert => {
                out.push_sql("INSERT INTO ");
                self.table.walk_ast(out.reborrow())?;
                out.push_sql(" (");
                push_list(&self.columns, &mut out)?;
                out.push_sql(")");
                out.push_sql(DB::INSERT_GENERATED_KEYS);
                out.push_sql(" SELECT ");
                push_list(&self.columns, &mut out)?;
                out.push_sql(" FROM ");
                self.source(&mut out)
            }
            Kind::Delete => {
                out.push_sql("DELETE FROM ");
                self.table.walk_ast(out.reborrow())?;
                out.push_sql(" WHERE (");
                push_list(self.key, &mut out)?;
                out.push_sql(") IN (SELECT ");
                push_list(self.key, &mut out)?;
                out.push_sql(" FROM ");
                self.source(&mut out)?;
                out.push_sql(")");
                Ok(())
            }
        }
    }
}

impl<T, V, R> Restore<T, V, R> {
    /// A column of the version, where an UPDATE finds it.
    fn source_column<'b, DB>(
        &'b self,
        column: &str,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: RecordingBackend,
        V: QueryFragment<DB>,
    {
        if !DB::READS_VERSIONS_APART {
            return self.version_column(column, out);
        }
        out.push_sql(COPY);
        out.push_sql(".");
        out.push_identifier(column)
    }

    /// The version, as what follows FROM.
    fn source<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
        V: QueryFragment<DB>,
        R: QueryFragment<DB>,
    {
        if DB::READS_VERSIONS_APART {
            out.push_sql(COPY);
            return Ok(());
        }
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.this_version(out)
    }

    fn version_column<'b, DB>(
        &'b self,
        column: &str,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: RecordingBackend,
        V: QueryFragment<DB>,
    {
        self.version_table.walk_ast(out.reborrow())?;
        out.push_sql(".");
        out.push_identifier(column)
    }

    fn this_version<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: RecordingBackend + HasSqlType<BigInt>,
        i64: ToSql<BigInt, DB>,
        V: QueryFragment<DB>,
        R: QueryFragment<DB>,
    {
        self.same_row.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.version_column("transaction_id", out)?;
        out.push_sql(" = ");
        out.push_bind_param::<BigInt, _>(&self.transaction_id)
    }
}

pub(crate) fn push_list<DB: RecordingBackend>(
    names: &[&str],
    out: &mut AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    for (index, name) in names.iter().enumerate() {
        out.push_sql(if index == 0 { "" } else { ", " });
        out.push_identifier(name)?;
    }
    Ok(())
}

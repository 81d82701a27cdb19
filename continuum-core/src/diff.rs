//! What differs between any two versions of a row.

use crate::as_of::TableOf;
use crate::backend::RecordingBackend;
use crate::changes::{self, Changes};
use crate::changeset::{Change, Field};
use crate::columns::ColumnNames;
use crate::error::HistoryError;
use crate::navigation::{Count, Of};
use crate::operation::Operation;
use crate::revert::kept_columns;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};

type Differences<'a, V> = DifferencesOf<TableOf<V>, <V as Version>::SameRow<'a>>;

/// What differs between two versions of a row: [`diff`](Compare::diff).
#[derive(Debug, Clone, PartialEq)]
pub struct Diff<'a, V> {
    /// The older one; `None` where it is a deletion.
    pub old: Option<&'a V>,
    /// The newer one; `None` where it is a deletion.
    pub new: Option<&'a V>,
    /// The columns that differ.
    pub changes: Changes,
}

impl<V> Diff<'_, V> {
    /// The values of a column of the version table; `None` where they are the same.
    pub fn get<C>(&self, _column: C) -> Option<Change<'_, V::Value>>
    where
        C: Column,
        V: Field<C>,
    {
        self.changes.get(C::NAME)?;
        Some(Change {
            old: self.old.map(V::field),
            new: self.new.map(V::field),
        })
    }
}

/// [`diff`](Self::diff), for the structs of versions.
pub trait Compare: Version {
    /// What differs between this version and a newer one of the same row, however many there are
    /// between them. The database compares the values as it has stored them, in one query.
    ///
    /// Where one of them is a deletion, every column that is not NULL in the other one differs.
    ///
    /// # Errors
    ///
    /// - [`DifferentRows`](HistoryError::DifferentRows), and
    ///   [`NotInOrder`](HistoryError::NotInOrder) where the other one is older.
    /// - [`NoVersion`](HistoryError::NoVersion) where one of them is gone from the version table.
    /// - [`Database`](HistoryError::Database): what the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> Result<(), continuum_core::HistoryError> { let conn = &mut database(); let article = article(conn)?;
    /// diesel::update(&article).set(articles::content.eq("text")).execute(conn)?;
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    ///
    /// let diff = versions[0].diff(&versions[2], conn)?;
    /// let name = diff.get(articles_version::name).unwrap();
    /// assert_eq!(name.old.map(String::as_str), Some("first"));
    /// assert_eq!(
    ///     diff.changes.to_json(),
    ///     serde_json::json!({"name": ["first", "second"], "content": [null, "text"]})
    /// );
    /// assert!(versions[2].diff(&versions[2], conn)?.changes.is_empty());
    /// assert_eq!(
    ///     versions[2].diff(&versions[0], conn).unwrap_err(),
    ///     HistoryError::NotInOrder { older: 4, newer: 2 }
    /// );
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn diff<'a, C>(&'a self, newer: &'a Self, conn: &mut C) -> Result<Diff<'a, Self>, HistoryError>
    where
        C: Connection,
        Differences<'a, Self>: LoadQuery<'a, C, Changes>,
        Count<Self, Self::SameRow<'a>>: LoadQuery<'a, C, i64>,
        <Self::Table as Table>::AllColumns: ColumnNames,
        <Self::VersionTable as Table>::AllColumns: ColumnNames,
    {
        let (older_id, newer_id) = (self.transaction_id(), newer.transaction_id());
        if older_id > newer_id {
            return Err(HistoryError::NotInOrder {
                older: older_id,
                newer: newer_id,
            });
        }
        let query = DifferencesOf {
            version_table: Self::VersionTable::table().from_clause(),
            columns: kept_columns::<Self>(),
            key: Self::KEY,
            older: (self.same_row(), older_id),
            newer: (newer.same_row(), newer_id),
        };
        let there =
            |version: &'a Self| (version.operation() != Operation::Delete).then_some(version);
        let (old, new) = (there(self), there(newer));
        match query.get_result(conn).optional()? {
            Some(_) if old.is_none() && new.is_none() => Ok(Diff {
                old,
                new,
                changes: Changes::default(),
            }),
            Some(changes) => Ok(Diff { old, new, changes }),
            None => {
                for version in [self, newer] {
                    let transaction_id = version.transaction_id();
                    let is_there = Of::count_at::<Self>(version.same_row(), transaction_id);
                    if is_there.get_result(conn)? == 0 {
                        return Err(HistoryError::NoVersion { transaction_id });
                    }
                }
                Err(HistoryError::DifferentRows)
            }
        }
    }
}

impl<V: Version> Compare for V {}

/// The query for what differs between two versions, each known by the condition that finds its
/// row and by its transaction; no row where they are of different ones.
#[derive(Debug)]
#[doc(hidden)]
pub struct DifferencesOf<F, R> {
    version_table: F,
    columns: Vec<&'static str>,
    key: &'static [&'static str],
    older: (R, i64),
    newer: (R, i64),
}

impl<F, R> Query for DifferencesOf<F, R> {
    type SqlType = Text;
}

impl<F, R, C> RunQueryDsl<C> for DifferencesOf<F, R> {}

/// The columns are not in the type.
impl<F, R> QueryId for DifferencesOf<F, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<F, R, DB> QueryFragment<DB> for DifferencesOf<F, R>
where
    DB: RecordingBackend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
    F: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(&changes::object::<DB>(&self.columns));
        for (index, (same_row, id)) in [&self.newer, &self.older].into_iter().enumerate() {
            // The condition names the version table, so it is in a query of its own.
            out.push_sql(if index == 0 {
                " FROM (SELECT * FROM "
            } else {
                ") x JOIN (SELECT * FROM "
            });
            self.version_table.walk_ast(out.reborrow())?;
            out.push_sql(" WHERE ");
            same_row.walk_ast(out.reborrow())?;
            out.push_sql(" AND ");
            out.push_identifier("transaction_id")?;
            out.push_sql(" = ");
            out.push_bind_param::<BigInt, _>(id)?;
        }
        let key: Vec<_> = self.key.iter().map(|column| DB::quoted(column)).collect();
        out.push_sql(") y ON ");
        out.push_sql(&DB::same_key("x", "y", &key));
        Ok(())
    }
}

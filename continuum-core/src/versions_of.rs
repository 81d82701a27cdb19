//! The versions of many rows: the condition that finds them, and the grouping by row.

use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::version::{Version, Versioned};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

/// True for the versions of any of several rows, whose keys have several columns.
///
/// `versions_of` of the row's struct is a query that is filtered by it.
pub struct SameRows<V, R> {
    rows: Vec<R>,
    version: PhantomData<fn() -> V>,
}

impl<V, R> SameRows<V, R> {
    /// Each is the condition on the version table that finds the versions of one row.
    pub fn new(rows: impl IntoIterator<Item = R>) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            version: PhantomData,
        }
    }
}

impl<V, R: Clone> Clone for SameRows<V, R> {
    fn clone(&self) -> Self {
        Self::new(self.rows.iter().cloned())
    }
}

impl<V, R: fmt::Debug> fmt::Debug for SameRows<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SameRows").field(&self.rows).finish()
    }
}

expression!(<V: Version, R> SameRows<V, R>, Bool, on V::VersionTable);

impl<V, R, DB> QueryFragment<DB> for SameRows<V, R>
where
    DB: RecordingBackend,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        if self.rows.is_empty() {
            out.push_sql("1 = 0");
            return Ok(());
        }
        any(&self.rows, &mut out)
    }
}

/// As a tree of parentheses: SQLite takes an expression that is up to 1000 deep, and a chain of `OR`
/// is as deep as it is long.
fn any<'b, R, DB>(rows: &'b [R], out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: RecordingBackend,
    R: QueryFragment<DB>,
{
    out.push_sql("(");
    match rows {
        [row] => row.walk_ast(out.reborrow())?,
        rows => {
            let (left, right) = rows.split_at(rows.len() / 2);
            any(left, out)?;
            out.push_sql(" OR ");
            any(right, out)?;
        }
    }
    out.push_sql(")");
    Ok(())
}

/// A struct with a history that knows the whole key of its row, of however many columns. Derived.
pub trait Keyed: Versioned {
    /// The fields of the key, by reference.
    type Key<'a>
    where
        Self: 'a;

    /// The key of this row.
    fn key(&self) -> Self::Key<'_>;

    /// The key of the row that a version is of.
    fn key_of<'a>(version: &'a Self::Version) -> Self::Key<'a>
    where
        Self: 'a;
}

/// Versions, sorted to their rows: Diesel's `grouped_by`, for keys of however many columns.
pub trait GroupedByKey<V> {
    /// For each row its versions, of those that `versions_of(&rows)` has found, in their order. Of a
    /// row that is there twice, the first has them.
    ///
    /// # Panics
    ///
    /// As Diesel's `grouped_by`, where a version is of none of the rows: of others than were asked
    /// for, or of a key that the database takes for the same as that of a row and Rust does not, such
    /// as a text in another case.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?; article(conn)?;
    /// let articles: Vec<Article> = articles::table.order(articles::id).load(conn)?;
    /// let versions: Vec<Vec<ArticleVersion>> = Article::versions_of(&articles)
    ///     .load(conn)?
    ///     .grouped_by_key(&articles);
    /// for (article, versions) in articles.iter().zip(&versions) {
    ///     println!("{}: {} versions", article.name, versions.len());
    /// #   assert_eq!(versions.len(), 2);
    /// #   assert_eq!(versions[0].id, article.id);
    /// }
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn grouped_by_key<T>(self, rows: &[T]) -> Vec<Vec<V>>
    where
        T: Keyed<Version = V> + 'static,
        for<'k> T::Key<'k>: Hash + Eq;
}

impl<V: Version> GroupedByKey<V> for Vec<V> {
    fn grouped_by_key<T>(self, rows: &[T]) -> Vec<Vec<V>>
    where
        T: Keyed<Version = V> + 'static,
        for<'k> T::Key<'k>: Hash + Eq,
    {
        let places = places::<T>(&self, rows);
        let mut groups: Vec<Vec<V>> = rows.iter().map(|_| Vec::new()).collect();
        for (version, place) in self.into_iter().zip(places) {
            groups[place].push(version);
        }
        groups
    }
}

/// For each version the place of its row.
fn places<T>(versions: &[T::Version], rows: &[T]) -> Vec<usize>
where
    T: Keyed + 'static,
    for<'k> T::Key<'k>: Hash + Eq,
{
    let mut places: HashMap<T::Key<'_>, usize> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        places.entry(row.key()).or_insert(place);
    }
    let place = |version| match places.get(&T::key_of(version)) {
        Some(place) => *place,
        None => panic!("a version is of none of the rows that versions are grouped by"),
    };
    versions.iter().map(place).collect()
}

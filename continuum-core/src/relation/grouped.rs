//! Children beside their parents.

use super::{ChildOf, RowKey};
use crate::version::Version;
use std::collections::HashMap;
use std::hash::Hash;

/// A version that knows when it ended. Derived, where the strategy is `validity`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know when it ended",
    note = "its history has `strategy = \"subquery\"`: load pairs, with a join on `belonged_to`"
)]
pub trait Ends: Version {
    /// The transaction that made the next version; none: this is the newest.
    fn end_transaction_id(&self) -> Option<i64>;
}

/// Versions of children, sorted to their parents: Diesel's `grouped_by`, for versions.
pub trait GroupedByParent<C: Version> {
    /// For each version of a parent the children that it had when it began, of those that
    /// `belonging_to(&parents)` has found. A child that did not change is there for several
    /// versions of its parent, so these are references.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// use continuum_core::GroupedByParent;
    /// # #[derive(Identifiable, Queryable, Selectable, Versioned)]
    /// # #[diesel(table_name = articles, belongs_to(Article, foreign_key = id))]
    /// # struct Tag { id: i32 }
    ///
    /// let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
    /// let tags: Vec<TagVersion> = TagVersion::belonging_to(&versions)
    ///     .select(TagVersion::as_select())
    ///     .load(conn)?;
    /// for (version, tags) in versions.iter().zip(tags.grouped_by_version(&versions)) {
    ///     println!("{}: {} tags", version.name, tags.len());
    /// #   assert_eq!(tags.len(), 1);
    /// }
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn grouped_by_version<P>(&self, parents: &[P]) -> Vec<Vec<&C>>
    where
        C: ChildOf<<P as RowKey>::Entity> + Ends,
        P: Version + RowKey<Key = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKey>,
        P::Key: Hash + Eq;

    /// For each parent, a row or a version, the children that belong to it, of those that
    /// `belonging_to_as_of(&parents, moment)` has found.
    fn grouped_by_row<P>(self, parents: &[P]) -> Vec<Vec<C>>
    where
        C: ChildOf<<P as RowKey>::Entity>,
        P: RowKey<Key = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKey>,
        P::Key: Hash + Eq;
}

impl<C: Version> GroupedByParent<C> for Vec<C> {
    fn grouped_by_version<P>(&self, parents: &[P]) -> Vec<Vec<&C>>
    where
        C: ChildOf<<P as RowKey>::Entity> + Ends,
        P: Version + RowKey<Key = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKey>,
        P::Key: Hash + Eq,
    {
        let mut versions: HashMap<&P::Key, Vec<usize>> = HashMap::new();
        for (index, parent) in parents.iter().enumerate() {
            versions.entry(parent.row_key()).or_default().push(index);
        }
        let mut groups: Vec<Vec<&C>> = parents.iter().map(|_| Vec::new()).collect();
        for child in self {
            let of_parent = child.foreign_key().and_then(|key| versions.get(key));
            for &index in of_parent.into_iter().flatten() {
                let began = parents[index].transaction_id();
                let over = child.end_transaction_id().is_some_and(|end| end <= began);
                if child.transaction_id() <= began && !over {
                    groups[index].push(child);
                }
            }
        }
        groups
    }

    fn grouped_by_row<P>(self, parents: &[P]) -> Vec<Vec<C>>
    where
        C: ChildOf<<P as RowKey>::Entity>,
        P: RowKey<Key = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKey>,
        P::Key: Hash + Eq,
    {
        // Of a row that is there twice, the first.
        let mut rows: HashMap<&P::Key, usize> = HashMap::new();
        for (index, parent) in parents.iter().enumerate() {
            rows.entry(parent.row_key()).or_insert(index);
        }
        let mut groups: Vec<Vec<C>> = parents.iter().map(|_| Vec::new()).collect();
        for child in self {
            let of_parent = child.foreign_key().and_then(|key| rows.get(key));
            if let Some(&index) = of_parent {
                groups[index].push(child);
            }
        }
        groups
    }
}

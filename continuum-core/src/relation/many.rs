//! From many versions to their parents, and to the rows that a join table links them to.

use super::asked::{Asked, Keys};
use super::linked_keys::LinkedKeys;
use super::then::Then;
use super::{ChildOf, RowKey};
use crate::as_of::{AsOf, TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::Moment;
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::dsl::{InnerJoin, On};
use diesel::expression::Expression;
use diesel::internal::table_macro::Inner;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::JoinWithImplicitOnClause;
use diesel::sql_types::Bool;

type VersionOf<P> = <P as Versioned>::Version;
type VersionTableOf<P> = <VersionOf<P> as Version>::VersionTable;
type KeyColumnOf<P> = <VersionOf<P> as RowKey>::KeyColumn;
type Sql<C> = <C as Expression>::SqlType;

/// The keys of the parents, and the versions that have them.
type ParentKeys<V, P> = Keys<VersionOf<P>, <V as ChildOf<P>>::ForeignKey, Sql<KeyColumnOf<P>>>;
type AskedParents<V, P> = On<Asked<ParentKeys<V, P>>, WasThere<VersionOf<P>>>;
type Parents<V, P> = InnerJoin<VersionTableOf<P>, AskedParents<V, P>>;
/// The keys at the other side of the links, and the versions that have them.
type AskedLinked<V, L, T> = On<Asked<LinkedKeys<V, L, T>>, WasThere<VersionOf<T>>>;
type LinkedToEach<V, L, T> = InnerJoin<VersionTableOf<T>, AskedLinked<V, L, T>>;

/// From many versions to what their rows were related to, in one query however many they are: the
/// slice has the methods of [`Related`](super::Related).
///
/// Each is a query of Diesel's, to be filtered, joined and ordered further. It selects what was found and
/// the [`Position`](super::Position) of the version that asked, by which
/// [`beside`](super::Beside::beside) and [`grouped_beside`](super::Beside::grouped_beside) put both
/// together.
pub trait RelatedOfMany<V: Version>: AsRef<[V]> {
    /// The parents, each as it was when its version began; none where the foreign key was NULL.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// # #[derive(Identifiable, Queryable, Selectable, Versioned)]
    /// # #[diesel(table_name = articles, belongs_to(Article, foreign_key = id))]
    /// # struct Tag { id: i32 }
    /// # let tag = Tag { id: 1 };
    /// use continuum_core::Position;
    ///
    /// let versions: Vec<TagVersion> = tag.versions().load(conn)?;
    /// let articles: Vec<Option<ArticleVersion>> = versions
    ///     .parents::<Article>()
    ///     .select(<(ArticleVersion, Position)>::as_select())
    ///     .load(conn)?
    ///     .beside(&versions);
    /// let names: Vec<_> = articles.iter().flatten().map(|article| &article.name).collect();
    /// assert_eq!(names, ["first", "second"]);
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn parents<P>(&self) -> Parents<V, P>
    where
        P: Versioned,
        V: ChildOf<P>,
        P::Version: RowKey,
        V::ForeignKey: Clone,
        VersionTableOf<P>: JoinWithImplicitOnClause<AskedParents<V, P>, Inner>,
    {
        parents::<V, P>(self.as_ref(), None)
    }

    /// The parents that these versions name, as they were at one moment.
    fn parents_as_of<P>(&self, moment: impl Into<Moment>) -> Parents<V, P>
    where
        P: Versioned,
        V: ChildOf<P>,
        P::Version: RowKey,
        V::ForeignKey: Clone,
        VersionTableOf<P>: JoinWithImplicitOnClause<AskedParents<V, P>, Inner>,
    {
        parents::<V, P>(self.as_ref(), Some(moment.into()))
    }

    /// The rows of `T` that the join table of `L` linked to each row when its version began, as they
    /// were then. The model of the join table belongs to both.
    fn linked<L, T>(&self) -> LinkedToEach<V, L, T>
    where
        L: Versioned,
        T: Versioned,
        T::Version: RowKey,
        L::Version: ChildOf<<V as RowKey>::Entity> + ChildOf<T>,
        V: RowKey,
        V::Key: Clone,
        VersionTableOf<T>: JoinWithImplicitOnClause<AskedLinked<V, L, T>, Inner>,
    {
        linked::<V, L, T>(self.as_ref(), None)
    }

    /// The same, as of one moment.
    fn linked_as_of<L, T>(&self, moment: impl Into<Moment>) -> LinkedToEach<V, L, T>
    where
        L: Versioned,
        T: Versioned,
        T::Version: RowKey,
        L::Version: ChildOf<<V as RowKey>::Entity> + ChildOf<T>,
        V: RowKey,
        V::Key: Clone,
        VersionTableOf<T>: JoinWithImplicitOnClause<AskedLinked<V, L, T>, Inner>,
    {
        linked::<V, L, T>(self.as_ref(), Some(moment.into()))
    }
}

impl<V: Version> RelatedOfMany<V> for [V] {}

fn parents<V, P>(versions: &[V], then: Option<Moment>) -> Parents<V, P>
where
    P: Versioned,
    V: ChildOf<P>,
    P::Version: RowKey,
    V::ForeignKey: Clone,
    VersionTableOf<P>: JoinWithImplicitOnClause<AskedParents<V, P>, Inner>,
{
    let keys = versions.iter().enumerate().filter_map(|(nth, version)| {
        Some((
            nth,
            version.foreign_key()?.clone(),
            version.transaction_id(),
        ))
    });
    let asked = Asked(Keys::new(<KeyColumnOf<P> as Column>::NAME, keys));
    QueryDsl::inner_join(VersionTableOf::<P>::table(), asked.on(WasThere::new(then)))
}

fn linked<V, L, T>(versions: &[V], then: Option<Moment>) -> LinkedToEach<V, L, T>
where
    L: Versioned,
    T: Versioned,
    T::Version: RowKey,
    L::Version: ChildOf<<V as RowKey>::Entity> + ChildOf<T>,
    V: RowKey + Version,
    V::Key: Clone,
    VersionTableOf<T>: JoinWithImplicitOnClause<AskedLinked<V, L, T>, Inner>,
{
    let asked = Asked(LinkedKeys::new(versions, then));
    QueryDsl::inner_join(VersionTableOf::<T>::table(), asked.on(WasThere::new(then)))
}

/// True for the versions of the rows that were asked for: those that were valid when the version
/// that asks began, or at a moment.
#[doc(hidden)]
pub struct WasThere<V: Version>(Then<V>);

impl<V: Version> WasThere<V> {
    fn new(then: Option<Moment>) -> Self {
        Self(Then::new(then))
    }
}

impl<V: Version> Clone for WasThere<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

expression!(<V: Version> WasThere<V>, Bool, on V::VersionTable);

impl<V, DB> QueryFragment<DB> for WasThere<V>
where
    V: Version + RowKey,
    DB: RecordingBackend,
    TableOf<V>: QueryFragment<DB>,
    AsOf<V>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Self(then) = self;
        push_column(&then.table, &mut out, <V::KeyColumn as Column>::NAME)?;
        out.push_sql(" = continuum_asked.row_key AND ");
        then.walk("continuum_asked.began", &mut out)
    }
}

//! From a version to its parent, to the rows that a join table links it to, and to rows of tables
//! without a history.

use super::among::Among;
use super::belonged::BelongedTo;
use super::{ChildOf, RowKey};
use crate::as_of::{AsOf, TableOf, push_column};
use crate::backend::RecordingBackend;
use crate::expression::expression;
use crate::moment::Moment;
use crate::version::{Version, Versioned};
use diesel::associations::{BelongsTo, HasTable};
use diesel::dsl::{Eq, Filter};
use diesel::expression::{AsExpression, Expression};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::QuerySource;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, SqlType};

type VersionOf<P> = <P as Versioned>::Version;
type VersionTableOf<P> = <VersionOf<P> as Version>::VersionTable;
type KeyColumnOf<P> = <VersionOf<P> as RowKey>::KeyColumn;
type Sql<C> = <C as Expression>::SqlType;

/// The condition that the key is the foreign key of the version `V`.
type KeyOf<'a, V, P> =
    Among<'a, KeyColumnOf<P>, <V as ChildOf<P>>::ForeignKey, Sql<KeyColumnOf<P>>>;
/// The versions of a `P` that meets it.
type Parent<'a, V, P> = Filter<VersionTableOf<P>, KeyOf<'a, V, P>>;
/// The same for the table of a `P` itself.
type LiveKeyOf<'a, V, P> =
    Among<'a, PrimaryKeyOf<P>, <V as ChildOf<P>>::ForeignKey, Sql<PrimaryKeyOf<P>>>;
type LiveParent<'a, V, P> = Filter<<P as HasTable>::Table, LiveKeyOf<'a, V, P>>;
type PrimaryKeyOf<P> = <<P as HasTable>::Table as Table>::PrimaryKey;
/// The versions of a `T` that a join table links to the row.
type LinkedRows<'a, V, L, T> = Filter<VersionTableOf<T>, Linked<'a, V, L, T>>;
/// The rows of a table that refer to the row.
type LiveChildren<'a, V, C> = Filter<
    <C as HasTable>::Table,
    Eq<
        <C as BelongsTo<<V as Version>::Entity>>::ForeignKeyColumn,
        &'a <C as BelongsTo<<V as Version>::Entity>>::ForeignKey,
    >,
>;

/// From a version to what its row was related to. Children are `TagVersion::belonging_to(…)`, see
/// [`Parents`](super::Parents).
///
/// Each is a query of Diesel's, which selects what it is told to.
pub trait Related: Version {
    /// The parent, as it was when this version began; no row where the foreign key was NULL.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
    /// # #[derive(Identifiable, Queryable, Selectable, Versioned)]
    /// # #[diesel(table_name = articles, belongs_to(Article, foreign_key = id))]
    /// # struct Tag { id: i32 }
    /// # let tag = Tag { id: 1 };
    /// let versions: Vec<TagVersion> = tag.versions().load(conn)?;
    /// let article: ArticleVersion = versions[0]
    ///     .parent::<Article>()
    ///     .select(ArticleVersion::as_select())
    ///     .first(conn)?;
    /// assert_eq!(article.name, "first");
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    fn parent<'a, P>(&'a self) -> Filter<Parent<'a, Self, P>, AsOf<P::Version>>
    where
        P: Versioned,
        Self: ChildOf<P>,
        P::Version: RowKey,
        VersionTableOf<P>: FilterDsl<KeyOf<'a, Self, P>>,
        Parent<'a, Self, P>: FilterDsl<AsOf<P::Version>>,
    {
        self.parent_as_of::<P>(self.transaction_id())
    }

    /// The parent that this version names, as it was at a moment.
    fn parent_as_of<'a, P>(
        &'a self,
        moment: impl Into<Moment>,
    ) -> Filter<Parent<'a, Self, P>, AsOf<P::Version>>
    where
        P: Versioned,
        Self: ChildOf<P>,
        P::Version: RowKey,
        VersionTableOf<P>: FilterDsl<KeyOf<'a, Self, P>>,
        Parent<'a, Self, P>: FilterDsl<AsOf<P::Version>>,
    {
        let key = Among::new(P::Version::key_column(), self.foreign_key().into_iter());
        FilterDsl::filter(
            FilterDsl::filter(VersionTableOf::<P>::table(), key),
            AsOf::one_by_one(moment),
        )
    }

    /// The parent as it is now, of a table with or without a history; no row where the foreign key
    /// was NULL, or where it is gone.
    fn live_parent<'a, P>(&'a self) -> LiveParent<'a, Self, P>
    where
        P: HasTable,
        Self: ChildOf<P>,
        PrimaryKeyOf<P>: Expression,
        P::Table: Table + FilterDsl<LiveKeyOf<'a, Self, P>>,
    {
        let key = Among::new(P::table().primary_key(), self.foreign_key().into_iter());
        FilterDsl::filter(P::table(), key)
    }

    /// The rows of a table, with or without a history, that belong to the row now: Diesel's
    /// `belonging_to`, for the row of this version.
    fn live_children<'a, C>(&'a self) -> LiveChildren<'a, Self, C>
    where
        Self: RowKey<Key = C::ForeignKey>,
        C: BelongsTo<<Self as Version>::Entity> + HasTable,
        &'a C::ForeignKey: AsExpression<Sql<C::ForeignKeyColumn>>,
        Sql<C::ForeignKeyColumn>: SqlType,
        C::ForeignKeyColumn: ExpressionMethods,
        C::Table: FilterDsl<Eq<C::ForeignKeyColumn, &'a C::ForeignKey>>,
    {
        FilterDsl::filter(C::table(), C::foreign_key_column().eq(self.row_key()))
    }

    /// The rows of `T` that the join table of `L` linked to the row when this version began, as
    /// they were then. The model of the join table belongs to both.
    ///
    /// ```
    /// # mod schema {
    /// #     continuum_core::version_tables! {
    /// #         diesel::table! { articles (id) { id -> Integer, } }
    /// #         diesel::table! { tags (id) { id -> Integer, article_id -> Integer, } }
    /// #         diesel::table! {
    /// #             article_tags (article_id, tag_id) { article_id -> Integer, tag_id -> Integer, }
    /// #         }
    /// #     }
    /// # }
    /// # use continuum_core::prelude::*;
    /// # use diesel::prelude::*;
    /// # use schema::*;
    /// # #[derive(Queryable, Selectable, Identifiable, Versioned)]
    /// # #[diesel(table_name = articles)]
    /// # struct Article { id: i32 }
    /// # #[derive(Queryable, Selectable, Identifiable, Associations, Versioned)]
    /// # #[diesel(table_name = tags, belongs_to(Article))]
    /// # struct Tag { id: i32, article_id: i32 }
    /// # #[derive(Queryable, Selectable, Identifiable, Associations, Versioned)]
    /// # #[diesel(table_name = article_tags, primary_key(article_id, tag_id))]
    /// # #[diesel(belongs_to(Article), belongs_to(Tag))]
    /// # struct ArticleTag { article_id: i32, tag_id: i32 }
    /// # #[cfg(feature = "sqlite")]
    /// fn tags(version: &ArticleVersion, conn: &mut SqliteConnection) -> QueryResult<Vec<TagVersion>> {
    ///     version.linked::<ArticleTag, Tag>().select(TagVersion::as_select()).load(conn)
    /// }
    /// # fn main() {}
    /// ```
    fn linked<'a, L, T>(&'a self) -> Filter<LinkedRows<'a, Self, L, T>, AsOf<T::Version>>
    where
        L: Versioned,
        T: Versioned,
        Self: RowKey,
        VersionTableOf<T>: FilterDsl<Linked<'a, Self, L, T>>,
        LinkedRows<'a, Self, L, T>: FilterDsl<AsOf<T::Version>>,
    {
        self.linked_as_of::<L, T>(self.transaction_id())
    }

    /// The same, as of a moment.
    fn linked_as_of<'a, L, T>(
        &'a self,
        moment: impl Into<Moment>,
    ) -> Filter<LinkedRows<'a, Self, L, T>, AsOf<T::Version>>
    where
        L: Versioned,
        T: Versioned,
        Self: RowKey,
        VersionTableOf<T>: FilterDsl<Linked<'a, Self, L, T>>,
        LinkedRows<'a, Self, L, T>: FilterDsl<AsOf<T::Version>>,
    {
        let moment = moment.into();
        let linked = Linked {
            key: self.row_key(),
            target: VersionTableOf::<T>::table().from_clause(),
            link: VersionTableOf::<L>::table().from_clause(),
            then: AsOf::one_by_one(moment),
        };
        FilterDsl::filter(
            FilterDsl::filter(VersionTableOf::<T>::table(), linked),
            AsOf::one_by_one(moment),
        )
    }

    /// The condition that joins versions of this table to those of a parent: each version of a
    /// parent with the children that it had when it began.
    ///
    /// ```
    /// # mod schema {
    /// #     continuum_core::version_tables! {
    /// #         diesel::table! { articles (id) { id -> Integer, } }
    /// #         diesel::table! { tags (id) { id -> Integer, article_id -> Integer, } }
    /// #         diesel::table! {
    /// #             article_tags (article_id, tag_id) { article_id -> Integer, tag_id -> Integer, }
    /// #         }
    /// #     }
    /// # }
    /// # use continuum_core::prelude::*;
    /// # use diesel::prelude::*;
    /// # use schema::*;
    /// # #[derive(Queryable, Selectable, Identifiable, Versioned)]
    /// # #[diesel(table_name = articles)]
    /// # struct Article { id: i32 }
    /// # #[derive(Queryable, Selectable, Identifiable, Associations, Versioned)]
    /// # #[diesel(table_name = tags, belongs_to(Article))]
    /// # struct Tag { id: i32, article_id: i32 }
    /// # #[derive(Queryable, Selectable, Identifiable, Associations, Versioned)]
    /// # #[diesel(table_name = article_tags, primary_key(article_id, tag_id))]
    /// # #[diesel(belongs_to(Article), belongs_to(Tag))]
    /// # struct ArticleTag { article_id: i32, tag_id: i32 }
    /// # #[cfg(feature = "sqlite")]
    /// fn pairs(conn: &mut SqliteConnection) -> QueryResult<Vec<(ArticleVersion, TagVersion)>> {
    ///     articles_version::table
    ///         .inner_join(tags_version::table.on(TagVersion::belonged_to::<Article>()))
    ///         .select((ArticleVersion::as_select(), TagVersion::as_select()))
    ///         .load(conn)
    /// }
    /// # fn main() {}
    /// ```
    fn belonged_to<P>() -> BelongedTo<Self, P>
    where
        P: Versioned,
        Self: ChildOf<P>,
    {
        BelongedTo::new()
    }
}

impl<V: Version> Related for V {}

/// True for the versions of `T`'s rows that the join table of `L` linked to a row:
/// [`linked`](Related::linked).
pub struct Linked<'a, V: RowKey, L: Versioned, T: Versioned> {
    key: &'a V::Key,
    target: TableOf<T::Version>,
    link: TableOf<L::Version>,
    then: AsOf<L::Version>,
}

expression!(
    <V: RowKey, L: Versioned, T: Versioned> Linked<'_, V, L, T>, Bool,
    on VersionTableOf<T>
);

impl<V, L, T, DB> QueryFragment<DB> for Linked<'_, V, L, T>
where
    V: RowKey,
    L: Versioned,
    T: Versioned,
    L::Version: ChildOf<V::Entity> + ChildOf<T>,
    T::Version: RowKey,
    V::Key: ToSql<Sql<V::KeyColumn>, DB>,
    DB: RecordingBackend + HasSqlType<Sql<V::KeyColumn>>,
    TableOf<L::Version>: QueryFragment<DB>,
    TableOf<T::Version>: QueryFragment<DB>,
    AsOf<L::Version>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let to_this = <<L::Version as ChildOf<V::Entity>>::ForeignKeyColumn as Column>::NAME;
        let to_target = <<L::Version as ChildOf<T>>::ForeignKeyColumn as Column>::NAME;
        push_column(&self.target, &mut out, <KeyColumnOf<T> as Column>::NAME)?;
        out.push_sql(" IN (SELECT ");
        push_column(&self.link, &mut out, to_target)?;
        out.push_sql(" FROM ");
        self.link.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        push_column(&self.link, &mut out, to_this)?;
        out.push_sql(" = ");
        out.push_bind_param::<Sql<V::KeyColumn>, _>(self.key)?;
        out.push_sql(" AND ");
        self.then.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

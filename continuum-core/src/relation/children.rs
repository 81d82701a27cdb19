//! The children of versions, and of rows as of a moment: what `belonging_to` of a version struct
//! finds.

use super::among::Among;
use super::starts::AtStarts;
use super::{ChildOf, RowKey};
use crate::as_of::AsOf;
use crate::moment::Moment;
use crate::version::Version;
use diesel::associations::HasTable;
use diesel::dsl::{Eq, Filter};
use diesel::expression::{AsExpression, Expression};
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::sql_types::SqlType;

/// What `belonging_to` of the version struct `C` takes: `TagVersion::belonging_to(…)`.
///
/// - `&article_version`, or a slice of such: the tags as they were when that version began, right
///   after its transaction;
/// - `&tag`, or a slice of such: all versions of these rows.
#[diagnostic::on_unimplemented(
    message = "`{C}` has nothing that belongs to `{Self}`",
    note = "it takes a version of a parent of which the model says `#[diesel(belongs_to(…))]`, or \
            a row, whose versions it finds; for a row that is a parent, `belonging_to_as_of` takes \
            the moment"
)]
pub trait Parents<C> {
    /// The query.
    type Children;

    /// The query.
    fn children(self) -> Self::Children;
}

/// What `belonging_to_as_of` of the version struct `C` takes beside the moment: a row, one of its
/// versions, or a slice of such.
#[diagnostic::on_unimplemented(
    message = "`{C}` does not belong to `{Self}`",
    note = "it takes a row or a version of a parent that has a history, of which the model says \
            `#[diesel(belongs_to(…))]`"
)]
pub trait ParentsAsOf<C> {
    /// The query.
    type Children;

    /// The query.
    fn children_as_of(self, moment: Moment) -> Self::Children;
}

type ForeignKey<C, P> = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKey;
type ForeignKeyColumn<C, P> = <C as ChildOf<<P as RowKey>::Entity>>::ForeignKeyColumn;
type ForeignKeyType<C, P> = <ForeignKeyColumn<C, P> as Expression>::SqlType;
/// Of one parent, whenever.
type OfOne<'a, C, P> =
    Filter<<C as Version>::VersionTable, Eq<ForeignKeyColumn<C, P>, &'a ForeignKey<C, P>>>;
/// Of several.
type OfAny<'a, C, P> = Filter<<C as Version>::VersionTable, AmongKeys<'a, C, P>>;
type AmongKeys<'a, C, P> = Among<
    'a,
    ForeignKeyColumn<C, P>,
    ForeignKey<C, P>,
    <<P as RowKey>::KeyColumn as Expression>::SqlType,
>;

impl<C, P> Parents<C> for &P
where
    P: Version + RowKey<Key = ForeignKey<C, P>>,
    C: ChildOf<<P as RowKey>::Entity>,
    Self: ParentsAsOf<C>,
{
    type Children = <Self as ParentsAsOf<C>>::Children;

    fn children(self) -> Self::Children {
        self.children_as_of(Moment::Transaction(self.transaction_id()))
    }
}

impl<'a, C, P> ParentsAsOf<C> for &'a P
where
    P: RowKey<Key = ForeignKey<C, P>>,
    C: ChildOf<P::Entity>,
    &'a ForeignKey<C, P>: AsExpression<ForeignKeyType<C, P>>,
    ForeignKeyType<C, P>: SqlType,
    ForeignKeyColumn<C, P>: ExpressionMethods,
    C::VersionTable: FilterDsl<Eq<ForeignKeyColumn<C, P>, &'a ForeignKey<C, P>>>,
    OfOne<'a, C, P>: FilterDsl<AsOf<C>>,
{
    type Children = Filter<OfOne<'a, C, P>, AsOf<C>>;

    fn children_as_of(self, moment: Moment) -> Self::Children {
        let belongs = C::foreign_key_column().eq(self.row_key());
        FilterDsl::filter(
            FilterDsl::filter(C::VersionTable::table(), belongs),
            AsOf::one_by_one(moment),
        )
    }
}

impl<'a, C, P> Parents<C> for &'a [P]
where
    P: Version + RowKey<Key = ForeignKey<C, P>>,
    C: ChildOf<<P as RowKey>::Entity>,
    C::VersionTable: FilterDsl<AmongKeys<'a, C, P>>,
    OfAny<'a, C, P>: FilterDsl<AtStarts<'a, C, P>>,
{
    type Children = Filter<OfAny<'a, C, P>, AtStarts<'a, C, P>>;

    fn children(self) -> Self::Children {
        let keys = self.iter().map(RowKey::row_key);
        FilterDsl::filter(
            FilterDsl::filter(
                C::VersionTable::table(),
                Among::new(C::foreign_key_column(), keys),
            ),
            AtStarts::new(self),
        )
    }
}

impl<'a, C, P> ParentsAsOf<C> for &'a [P]
where
    P: RowKey<Key = ForeignKey<C, P>>,
    C: ChildOf<P::Entity>,
    C::VersionTable: FilterDsl<AmongKeys<'a, C, P>>,
    OfAny<'a, C, P>: FilterDsl<AsOf<C>>,
{
    type Children = Filter<OfAny<'a, C, P>, AsOf<C>>;

    fn children_as_of(self, moment: Moment) -> Self::Children {
        let keys = self.iter().map(RowKey::row_key);
        FilterDsl::filter(
            FilterDsl::filter(
                C::VersionTable::table(),
                Among::new(C::foreign_key_column(), keys),
            ),
            AsOf::one_by_one(moment),
        )
    }
}

impl<'a, C, P> Parents<C> for &'a Vec<P>
where
    &'a [P]: Parents<C>,
{
    type Children = <&'a [P] as Parents<C>>::Children;

    fn children(self) -> Self::Children {
        self.as_slice().children()
    }
}

impl<'a, C, P> ParentsAsOf<C> for &'a Vec<P>
where
    &'a [P]: ParentsAsOf<C>,
{
    type Children = <&'a [P] as ParentsAsOf<C>>::Children;

    fn children_as_of(self, moment: Moment) -> Self::Children {
        self.as_slice().children_as_of(moment)
    }
}

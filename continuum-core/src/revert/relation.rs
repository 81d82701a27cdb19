//! Which relations of a row go back with it.

use super::FromClause;
use super::quoted;
use crate::backend::RecordingBackend;
use crate::relation::ChildOf;
use crate::version::{Version, Versioned};
use diesel::associations::HasTable;
use diesel::expression::Expression;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::query_source::QuerySource;
use diesel::sql_types::{SqlType, is_nullable};
use std::marker::PhantomData;

/// The rows of `C` that belong to the row: `children::<Tag>()`, for
/// [`with`](super::with::Reverting::with).
///
/// Children that were deleted since come back, those that moved return, those that changed get the
/// values that they had. Of children that the row has now and had not then, those that were
/// somewhere else return there, unless newer ones are kept; those that are newer stay, are
/// detached, or are deleted, as is said here.
#[derive(Debug, Clone, Copy)]
pub struct Children<C, N = (), K = Keep> {
    nested: N,
    child: PhantomData<fn() -> (C, K)>,
}

/// The rows of `C` that belong to the row, which is a `C` as well, those that belong to these, and
/// so on: `descendants::<Comment>()`.
#[derive(Debug, Clone, Copy)]
pub struct Descendants<C, N = (), K = Keep>(Children<C, N, K>);

/// The row of `P` that the row belongs to: `parent::<Article>()`. It comes back if it was deleted
/// since, and gets the values that it had.
#[derive(Debug, Clone, Copy)]
pub struct Parent<P, N = ()> {
    nested: N,
    parent: PhantomData<fn() -> P>,
}

/// The rows of `C` that belong to the row. Newer ones stay.
pub fn children<C: Versioned>() -> Children<C> {
    Children::new(())
}

/// The rows of `C` that belong to the row, a `C` as well, to any depth. Newer ones stay.
pub fn descendants<C: Versioned>() -> Descendants<C> {
    Descendants(Children::new(()))
}

/// The row of `P` that the row belongs to.
pub fn parent<P: Versioned>() -> Parent<P> {
    Parent {
        nested: (),
        parent: PhantomData,
    }
}

impl<C, N, K> Children<C, N, K> {
    fn new(nested: N) -> Self {
        Self {
            nested,
            child: PhantomData,
        }
    }

    /// Newer children stay as they are, which is what happens where nothing is said.
    pub fn keep_newer(self) -> Children<C, N, Keep> {
        Children::new(self.nested)
    }

    /// Newer children stay without a parent: their foreign key becomes NULL. Where it cannot be
    /// NULL, this does not compile.
    pub fn detach_newer(self) -> Children<C, N, Detach> {
        Children::new(self.nested)
    }

    /// Newer children are deleted. Rows that refer to them are in the way, unless they go as well
    /// or the revert is forced.
    pub fn delete_newer(self) -> Children<C, N, Delete> {
        Children::new(self.nested)
    }

    /// Together with a relation of theirs.
    pub fn with<R: RelationOf<C>>(self, relation: R) -> Children<C, (N, R), K> {
        Children::new((self.nested, relation))
    }
}

impl<C, N, K> Descendants<C, N, K> {
    /// As [`Children::keep_newer`].
    pub fn keep_newer(self) -> Descendants<C, N, Keep> {
        Descendants(self.0.keep_newer())
    }

    /// As [`Children::detach_newer`].
    pub fn detach_newer(self) -> Descendants<C, N, Detach> {
        Descendants(self.0.detach_newer())
    }

    /// As [`Children::delete_newer`].
    pub fn delete_newer(self) -> Descendants<C, N, Delete> {
        Descendants(self.0.delete_newer())
    }

    /// Together with a relation of each of them.
    pub fn with<R: RelationOf<C>>(self, relation: R) -> Descendants<C, (N, R), K> {
        Descendants(self.0.with(relation))
    }
}

impl<P, N> Parent<P, N> {
    /// Together with a relation of it.
    pub fn with<R: RelationOf<P>>(self, relation: R) -> Parent<P, (N, R)> {
        Parent {
            nested: (self.nested, relation),
            parent: PhantomData,
        }
    }
}

/// Newer children stay.
#[derive(Debug, Clone, Copy)]
pub struct Keep;

/// Newer children lose their foreign key.
#[derive(Debug, Clone, Copy)]
pub struct Detach;

/// Newer children are deleted.
#[derive(Debug, Clone, Copy)]
pub struct Delete;

/// What happens to newer children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Newer {
    Keep,
    Detach,
    Delete,
}

/// [`Keep`], [`Detach`] or [`Delete`].
#[doc(hidden)]
pub trait Choice {
    const NEWER: Newer;
}

impl Choice for Keep {
    const NEWER: Newer = Newer::Keep;
}

impl Choice for Detach {
    const NEWER: Newer = Newer::Detach;
}

impl Choice for Delete {
    const NEWER: Newer = Newer::Delete;
}

/// A relation of the rows of `E`, to both of which a history is kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of `{E}`",
    note = "a relation is what `#[diesel(belongs_to(…))]` says at a model that derives `Versioned`"
)]
pub trait RelationOf<E> {}

impl<E, C, N> RelationOf<E> for Children<C, N, Keep>
where
    C: Versioned,
    C::Version: ChildOf<E>,
{
}

impl<E, C, N> RelationOf<E> for Children<C, N, Delete>
where
    C: Versioned,
    C::Version: ChildOf<E>,
{
}

impl<E, C, N> RelationOf<E> for Children<C, N, Detach>
where
    C: Versioned,
    C::Version: ChildOf<E>,
    <<C::Version as ChildOf<E>>::ForeignKeyColumn as Expression>::SqlType:
        SqlType<IsNull = is_nullable::IsNullable>,
{
}

impl<C, N, K> RelationOf<C> for Descendants<C, N, K> where Children<C, N, K>: RelationOf<C> {}

impl<E, P, N> RelationOf<E> for Parent<P, N>
where
    E: Versioned,
    E::Version: ChildOf<P>,
    P: Versioned,
{
}

/// A relation as the plan follows it.
#[derive(Debug)]
#[doc(hidden)]
pub struct Step {
    pub(super) direction: Direction,
    /// The version table at its end, quoted.
    pub(super) version_table: String,
    /// The foreign key, by its name.
    pub(super) column: &'static str,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Children(Newer),
    Descendants(Newer),
    Parent,
}

/// Relations of the rows of `E`.
#[doc(hidden)]
pub trait Relations<E, DB> {
    /// Adds them.
    fn steps(&self, steps: &mut Vec<Step>) -> QueryResult<()>;
}

impl<E, DB> Relations<E, DB> for () {
    fn steps(&self, _: &mut Vec<Step>) -> QueryResult<()> {
        Ok(())
    }
}

impl<E, DB, N, R> Relations<E, DB> for (N, R)
where
    N: Relations<E, DB>,
    R: Relations<E, DB>,
{
    fn steps(&self, steps: &mut Vec<Step>) -> QueryResult<()> {
        self.0.steps(steps)?;
        self.1.steps(steps)
    }
}

impl<C, N, K> Children<C, N, K>
where
    C: Versioned,
    K: Choice,
{
    fn step<E, DB>(&self, direction: Direction) -> QueryResult<Step>
    where
        DB: RecordingBackend,
        C::Version: ChildOf<E>,
        N: Relations<C, DB>,
        FromClause<<C::Version as Version>::VersionTable>: QueryFragment<DB>,
    {
        let mut steps = Vec::new();
        self.nested.steps(&mut steps)?;
        Ok(Step {
            direction,
            version_table: version_table::<C, DB>()?,
            column: <<C::Version as ChildOf<E>>::ForeignKeyColumn as Column>::NAME,
            steps,
        })
    }
}

impl<E, DB, C, N, K> Relations<E, DB> for Children<C, N, K>
where
    DB: RecordingBackend,
    C: Versioned,
    C::Version: ChildOf<E>,
    K: Choice,
    N: Relations<C, DB>,
    FromClause<<C::Version as Version>::VersionTable>: QueryFragment<DB>,
{
    fn steps(&self, steps: &mut Vec<Step>) -> QueryResult<()> {
        steps.push(self.step::<E, DB>(Direction::Children(K::NEWER))?);
        Ok(())
    }
}

impl<DB, C, N, K> Relations<C, DB> for Descendants<C, N, K>
where
    DB: RecordingBackend,
    C: Versioned,
    C::Version: ChildOf<C>,
    K: Choice,
    N: Relations<C, DB>,
    FromClause<<C::Version as Version>::VersionTable>: QueryFragment<DB>,
{
    fn steps(&self, steps: &mut Vec<Step>) -> QueryResult<()> {
        let direction = Direction::Descendants(K::NEWER);
        steps.push(self.0.step::<C, DB>(direction)?);
        Ok(())
    }
}

impl<E, DB, P, N> Relations<E, DB> for Parent<P, N>
where
    DB: RecordingBackend,
    E: Versioned,
    E::Version: ChildOf<P>,
    P: Versioned,
    N: Relations<P, DB>,
    FromClause<<P::Version as Version>::VersionTable>: QueryFragment<DB>,
{
    fn steps(&self, steps: &mut Vec<Step>) -> QueryResult<()> {
        let mut nested = Vec::new();
        self.nested.steps(&mut nested)?;
        steps.push(Step {
            direction: Direction::Parent,
            version_table: version_table::<P, DB>()?,
            column: <<E::Version as ChildOf<P>>::ForeignKeyColumn as Column>::NAME,
            steps: nested,
        });
        Ok(())
    }
}

fn version_table<T, DB>() -> QueryResult<String>
where
    T: Versioned,
    DB: RecordingBackend,
    FromClause<<T::Version as Version>::VersionTable>: QueryFragment<DB>,
{
    quoted::<DB, _>(&<T::Version as Version>::VersionTable::table().from_clause())
}

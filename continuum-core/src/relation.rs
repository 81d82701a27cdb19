//! What a row was related to, as of one of its versions or a moment. Every answer is one query,
//! made of Diesel's, and of the condition that keeps what was there then.

mod among;
mod asked;
mod belonged;
mod children;
mod grouped;
mod linked_keys;
mod many;
mod position;
mod related;
mod starts;
mod then;

pub use belonged::BelongedTo;
pub use children::{Parents, ParentsAsOf};
pub use grouped::{Ends, GroupedByParent};
pub use many::RelatedOfMany;
pub use position::{Beside, Position};
pub use related::{Linked, Related};

use crate::version::Version;
use diesel::Column;

/// A struct whose row is known by one column: a model with a history, and the struct of its
/// versions. Derived.
pub trait RowKey {
    /// The struct of the row.
    type Entity;
    /// The type of the field.
    type Key: 'static;
    /// The column, of the table or of the version table.
    type KeyColumn: Column;

    /// The key of the row.
    fn row_key(&self) -> &Self::Key;
    /// The column, of the table or of the version table.
    fn key_column() -> Self::KeyColumn;
}

/// A version of a row that belongs to a `Parent`: derived from `#[diesel(belongs_to(…))]` on the
/// model, where the history keeps the foreign key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not belong to `{Parent}`",
    note = "say it at the model: `#[diesel(belongs_to({Parent}))]`, and \
            `foreign_key = …` where the column has another name"
)]
pub trait ChildOf<Parent>: Version {
    /// The type of the parent's key.
    type ForeignKey: 'static;
    /// The column of the version table.
    type ForeignKeyColumn: Column<Table = Self::VersionTable>;

    /// The key of the parent that this version belongs to, if any.
    fn foreign_key(&self) -> Option<&Self::ForeignKey>;
    /// The column of the version table.
    fn foreign_key_column() -> Self::ForeignKeyColumn;
}

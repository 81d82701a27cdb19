//! What was done besides changing rows: somebody published an article on a page.

mod new;
mod queries;

pub use new::{NewActivity, Subject};
pub use queries::About;

use crate::log::{Meta, continuum_transaction};
use crate::version::Versioned;
use diesel::expression::Selectable;
use diesel::prelude::*;
use diesel::query_dsl::LoadQuery;
use queries::{Role, VersionsOf};
use serde_json::Value;
use std::collections::HashMap;

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::Meta;

    /// The activities: see [`Activity`].
    continuum_activity (id) {
        /// In the order in which they were recorded.
        id -> BigInt,
        /// The transaction that it belongs to.
        transaction_id -> BigInt,
        /// What was done.
        verb -> Text,
        /// The table of the object.
        object_table -> Nullable<Text>,
        /// The key of the object: an array of JSON.
        object_key -> Nullable<Text>,
        /// The transaction of the object's version at that time.
        object_transaction_id -> Nullable<BigInt>,
        /// The table of the target.
        target_table -> Nullable<Text>,
        /// The key of the target: an array of JSON.
        target_key -> Nullable<Text>,
        /// The transaction of the target's version at that time.
        target_transaction_id -> Nullable<BigInt>,
        /// Anything else.
        data -> Nullable<Meta>,
    }
}

diesel::joinable!(continuum_activity -> continuum_transaction (transaction_id));
diesel::allow_tables_to_appear_in_same_query!(continuum_activity, continuum_transaction);

/// Something that was done: by somebody, in a transaction, with an object and perhaps a target,
/// each in the version that it had then. Recorded by [`NewActivity`].
///
/// The actor is that of the transaction: `continuum_activity` joins `continuum_transaction`. What
/// an activity points to is found in its version table, so that it outlives the row.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
/// # pub fn main() -> QueryResult<()> { let conn = &mut database(); let article = article(conn)?;
/// use continuum_core::{Activity, NewActivity, continuum_activity, continuum_transaction};
///
/// conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
///     NewActivity::new("published").object(&article).record(conn)
/// })?;
/// diesel::delete(&article).execute(conn)?;
///
/// let (activity, who): (Activity, Transaction) = continuum_activity::table
///     .inner_join(continuum_transaction::table)
///     .filter(Activity::about(&article))
///     .select((Activity::as_select(), Transaction::as_select()))
///     .first(conn)?;
/// assert_eq!(activity.verb, "published");
/// assert_eq!(who.actor.as_deref(), Some("alice"));
///
/// let objects: Vec<Option<ArticleVersion>> = Activity::objects::<Article, _>(&[activity], conn)?;
/// assert_eq!(objects[0].as_ref().unwrap().name, "second");
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = continuum_activity)]
pub struct Activity {
    /// In the order in which they were recorded.
    pub id: i64,
    /// The transaction that it belongs to.
    pub transaction_id: i64,
    /// What was done.
    pub verb: String,
    /// The table of the object, with its schema where `table!` names one.
    pub object_table: Option<String>,
    /// The key of the object: an array of JSON, `[1]`.
    pub object_key: Option<String>,
    /// The transaction of the object's version at that time.
    pub object_transaction_id: Option<i64>,
    /// The table of the target.
    pub target_table: Option<String>,
    /// The key of the target.
    pub target_key: Option<String>,
    /// The transaction of the target's version at that time.
    pub target_transaction_id: Option<i64>,
    /// Anything else.
    pub data: Option<Value>,
}

/// The query for the versions that activities point to.
type Versions<V, DB> = VersionsOf<V, <V as Selectable<DB>>::SelectExpression>;

impl Activity {
    /// The condition on [`continuum_activity`](mod@continuum_activity) that finds the activities
    /// of which this row is the object or the target. It need not be there any more.
    pub fn about<T: Versioned>(row: &T) -> About<T::Version, T::SameRow<'_>> {
        About::new(row.same_row())
    }

    /// The objects of these activities that are rows of `T`, in their versions at that time;
    /// `None` for the others, and for a version that its own transaction took back again. One query,
    /// however many there are; none of them should be there twice.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    pub fn objects<T, C>(activities: &[Self], conn: &mut C) -> QueryResult<Vec<Option<T::Version>>>
    where
        T: Versioned,
        C: Connection,
        T::Version: Selectable<C::Backend>,
        for<'q> Versions<T::Version, C::Backend>: LoadQuery<'q, C, (i64, T::Version)>,
    {
        Self::versions::<T, C>(activities, Role::Object, conn)
    }

    /// The targets of these activities, like [`objects`](Self::objects).
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    pub fn targets<T, C>(activities: &[Self], conn: &mut C) -> QueryResult<Vec<Option<T::Version>>>
    where
        T: Versioned,
        C: Connection,
        T::Version: Selectable<C::Backend>,
        for<'q> Versions<T::Version, C::Backend>: LoadQuery<'q, C, (i64, T::Version)>,
    {
        Self::versions::<T, C>(activities, Role::Target, conn)
    }

    fn versions<T, C>(
        activities: &[Self],
        role: Role,
        conn: &mut C,
    ) -> QueryResult<Vec<Option<T::Version>>>
    where
        T: Versioned,
        C: Connection,
        T::Version: Selectable<C::Backend>,
        for<'q> Versions<T::Version, C::Backend>: LoadQuery<'q, C, (i64, T::Version)>,
    {
        if activities.is_empty() {
            return Ok(Vec::new());
        }
        let ids = activities.iter().map(|activity| activity.id).collect();
        let selection = <T::Version as Selectable<C::Backend>>::construct_selection();
        let query: Versions<T::Version, C::Backend> = VersionsOf::new(selection, role, ids);
        let found: Vec<(i64, T::Version)> = query.load(conn)?;
        let mut found: HashMap<i64, T::Version> = found.into_iter().collect();
        Ok(activities
            .iter()
            .map(|activity| found.remove(&activity.id))
            .collect())
    }
}

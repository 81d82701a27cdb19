//! History for [Diesel](diesel): every committed change of a row is kept as a version, by triggers
//! of the database: who, when, why, what. Versions are queried with Diesel's DSL, as of any moment,
//! and any of them can be brought back.
//!
//! ```
//! # #[cfg(feature = "sqlite")] mod example {
//! use continuum_core::prelude::*;
//! use diesel::prelude::*;
//! use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
//!
//! continuum_core::version_tables! {
//!     diesel::table! {
//!         articles (id) {
//!             id -> Integer,
//!             name -> Text,
//!             content -> Nullable<Text>,
//!         }
//!     }
//! }
//!
//! #[derive(Queryable, Selectable, Identifiable, Versioned)]
//! #[diesel(table_name = articles)]
//! struct Article {
//!     id: i32,
//!     name: String,
//!     content: Option<String>,
//! }
//!
//! // The table, and what `continuum-cli gen-migrations` wrote for it.
//! const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/quickstart/migrations");
//!
//! # pub
//! fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//!     let conn = &mut SqliteConnection::establish(":memory:")?;
//!     conn.run_pending_migrations(MIGRATIONS)?;
//!
//!     let alice = ChangeInfo::new().actor("alice");
//!     let article: Article = conn.versioned_transaction(alice, |conn| {
//!         diesel::insert_into(articles::table)
//!             .values(articles::name.eq("Some draft"))
//!             .returning(Article::as_returning())
//!             .get_result(conn)
//!     })?;
//!
//!     let bob = ChangeInfo::new().actor("bob").reason("a title");
//!     conn.versioned_transaction(bob, |conn| {
//!         diesel::update(&article)
//!             .set(articles::name.eq("Some article"))
//!             .execute(conn)
//!     })?;
//!
//!     let versions: Vec<ArticleVersion> = article.versions().load(conn)?;
//!     assert_eq!(versions[0].name, "Some draft");
//!     assert_eq!(versions[1].name, "Some article");
//!
//!     versions[0].revert(conn)?;
//!     let article: Article = articles::table.find(article.id).first(conn)?;
//!     assert_eq!(article.name, "Some draft");
//!     Ok(())
//! }
//! # }
//! # #[cfg(feature = "sqlite")]
//! # fn main() { example::main().unwrap() }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! # What is where
//!
//! | to | |
//! |---|---|
//! | give a struct a history | [`derive(Versioned)`](macro@Versioned) |
//! | install it | the command `continuum-cli gen-migrations`, of the package of that name |
//! | get the `table!`s of version tables that Diesel does not print | [`version_tables!`] |
//! | say who changes what, and why | [`versioned_transaction`](VersionedConnection::versioned_transaction), [`ChangeInfo`] |
//! | say it in columns of your own, with foreign keys | [`transaction_columns!`](transaction_columns!), [`ChangeInfo::set`] |
//! | read the versions of a row | `article.versions()`, which the derive makes |
//! | read the versions of many rows | `Article::versions_of(&articles)`, which the derive makes; [`GroupedByKey`] |
//! | go from one version to another | [`Navigate`], [`HasVersions`] |
//! | read the rows as they were | `ArticleVersion::as_of(moment)`, `article.as_of(moment)` for one row, which the derive makes; [`Moment`], [`AsOf`] |
//! | query the ordinary tables as they were | [`as_of`](TimeTravel::as_of) of a connection |
//! | know who made a version, list transactions | [`continuum_transaction`], [`Transaction`], [`meta_text`], [`join_transactions!`] |
//! | know what a version changed | [`HasChangeset`], [`Changes`] |
//! | know what differs between two versions | [`Compare`] |
//! | know which versions there were by a moment | [`WithinTime`], [`HasChanged`] |
//! | know what a row was related to | `TagVersion::belonging_to(&article_version)`, which the derive makes; [`Related`], [`RelatedOfMany`], [`GroupedByParent`] |
//! | know who set each column of a row | [`Blame`] |
//! | know what a transaction changed | [`Transaction::changes`] |
//! | record what was done besides changing rows | [`NewActivity`], [`Activity`] |
//! | know that a history is whole | [`verify`](verify()) |
//! | go back to a version | [`revert`](Revert::revert) |
//! | go back with what a row was related to | [`reverting`](Revert::reverting), [`children`], [`descendants`], [`parent`](parent()) |
//! | undo a whole transaction | [`Transaction::revert`], [`RevertTransaction`] |
//! | bring many rows back to a moment | `ArticleVersion::revert_to(moment)`, which the derive makes; [`RevertTo`] |
//! | change a row only if nobody else has | [`if_latest`](Latest::if_latest) |
//! | change rows without recording it | [`without_versioning`](WithoutVersioning::without_versioning) |
//! | know why that was not done | [`HistoryError`] |
//!
//! # Features
//!
//! | feature | for |
//! |---|---|
//! | `sqlite` | `diesel::SqliteConnection`, SQLite 3.35 or later |
//! | `postgres` | `diesel::PgConnection`, PostgreSQL 14 or later |
//! | `mysql` | `diesel::MysqlConnection`, MySQL 8.0.23 or later, MariaDB 10.6 or later |
//! | `r2d2` | pooled connections |
//!
//! Each turns on Diesel's feature of the same name. None is on by default.

// The names of the columns of tuples up to Diesel's largest are listed by a macro.
#![recursion_limit = "256"]

mod activity;
mod as_of;
mod backend;
mod blame;
mod change_info;
mod changes;
mod changeset;
mod columns;
mod connection;
mod diff;
mod error;
mod expression;
mod foreign_key;
mod latest;
mod log;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod meta;
mod moment;
mod navigation;
mod nesting;
mod operation;
mod past;
mod relation;
mod revert;
mod row_as_of;
mod since;
mod touched;
mod transaction_column;
mod verify;
mod version;
mod versions_of;
mod without;

pub use crate::activity::{About, Activity, NewActivity, Subject, continuum_activity};
pub use crate::as_of::AsOf;
pub use crate::backend::{PastBackend, RecordingBackend};
pub use crate::blame::{Blame, ColumnBlame};
pub use crate::change_info::ChangeInfo;
pub use crate::changes::{Changes, ColumnChange};
pub use crate::changeset::{Change, Changed, ChangesOf, Changeset, Field, HasChangeset};
pub use crate::connection::VersionedConnection;
pub use crate::diff::{Compare, Diff};
pub use crate::error::{Conflict, HistoryError, Later, Obstacle, Reason};
pub use crate::latest::Latest;
pub use crate::log::{Meta, Transaction, continuum_transaction};
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use crate::meta::{MetaText, meta_text};
pub use crate::moment::{IntoMoment, Moment};
pub use crate::navigation::{HasVersions, Navigate};
pub use crate::operation::Operation;
pub use crate::past::{Past, TimeTravel};
pub use crate::relation::{
    BelongedTo, Beside, ChildOf, Ends, GroupedByParent, Linked, Parents, ParentsAsOf, Position,
    Related, RelatedOfMany, RowKey,
};
pub use crate::revert::Revert;
pub use crate::revert::moment::{Both, Every, RevertTo};
pub use crate::revert::preview::{Preview, RowChange};
pub use crate::revert::relation::{
    Children, Descendants, Parent, RelationOf, children, descendants, parent,
};
pub use crate::revert::transaction::RevertTransaction;
pub use crate::revert::with::Reverting;
pub use crate::row_as_of::RowAsOf;
pub use crate::since::{HasChanged, MadeBy, WithinTime};
pub use crate::touched::{RowChanges, TableChanges};
pub use crate::transaction_column::{SaidAs, TransactionColumn};
pub use crate::verify::{Rule, Violation, verify};
pub use crate::version::{Strategy, Version, Versioned};
pub use crate::versions_of::{GroupedByKey, Keyed, SameRows};
pub use crate::without::WithoutVersioning;
/// Gives a struct that Diesel reads a row into the history of that row.
///
/// ```
/// # mod schema {
/// #     continuum_core::version_tables! {
/// #         #[versioned(exclude(view_count), hidden(password))]
/// #         diesel::table! {
/// #             articles (id) {
/// #                 id -> Integer,
/// #                 name -> Text,
/// #                 view_count -> Integer,
/// #                 password -> Text,
/// #             }
/// #         }
/// #     }
/// # }
/// use continuum_core::prelude::*;
/// use diesel::prelude::*;
///
/// #[derive(Queryable, Selectable, Identifiable, Versioned)]
/// #[diesel(table_name = schema::articles)]
/// #[versioned(exclude(view_count), hidden(password), derive(Debug))]
/// pub struct Article {
///     pub id: i32,
///     pub name: String,
///     pub view_count: i32,
///     pub password: String,
/// }
///
/// fn describe(version: &ArticleVersion) -> String {
///     let password = if version.password_mod { ", with another password" } else { "" };
///     format!("{} of {}{password}", version.operation_type, version.name)
/// }
/// # fn main() {}
/// ```
pub use continuum_derive::Versioned;
/// Columns of an application's own in the transaction log: who was signed in, for which tenant.
///
/// Once, in the schema or beside it, where `continuum-cli gen-migrations` finds it:
///
/// ```
/// # #[cfg(feature = "sqlite")] mod example {
/// # use diesel::prelude::*;
/// # use diesel::connection::SimpleConnection;
/// # diesel::table! { users (id) { id -> BigInt, name -> Text, } }
/// continuum_core::transaction_columns! {
///     /// The user that was signed in.
///     user_id -> Nullable<BigInt> references users (id) on delete set null,
///     tenant -> Nullable<Text>,
/// }
/// # pub fn main() -> QueryResult<()> {
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # conn.batch_execute("CREATE TABLE users (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
/// #     CREATE TABLE continuum_transaction (id BIGINT PRIMARY KEY, issued_at TIMESTAMP, actor TEXT,
/// #         remote_addr TEXT, reason TEXT, meta TEXT, user_id BIGINT, tenant TEXT);
/// #     INSERT INTO users VALUES (7, 'Alice');
/// #     INSERT INTO continuum_transaction VALUES (1, '2026-01-01 00:00:00', NULL, NULL, NULL, NULL, 7, 'a')")?;
///
/// use continuum_core::{ChangeInfo, Transaction, continuum_transaction};
/// use transaction_columns::{tenant, user_id};
///
/// // What `versioned_transaction` is given.
/// let info = ChangeInfo::new().set(user_id, 7).set(tenant, "a");
///
/// // What is there again.
/// let by_alice: Vec<(Transaction, TransactionColumns)> = continuum_transaction::table
///     .inner_join(users::table)
///     .filter(users::name.eq("Alice"))
///     .filter(tenant.eq("a"))
///     .select((Transaction::as_select(), TransactionColumns::as_select()))
///     .load(conn)?;
/// assert_eq!(by_alice[0].1.user_id, Some(7));
/// # Ok(()) } }
/// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
/// ```
///
/// A column is written as in `table!`, with `use` statements, `#[sql_name = "…"]` and
/// `#[max_length = …]`, and
///
/// | | |
/// |---|---|
/// | `-> Nullable<…>` | always: a change outside of a `versioned_transaction` says nothing |
/// | `as crate::Mood` | what its values are in Rust, where that is not what Diesel's types mostly are |
/// | `references users (id)` | a foreign key, with an index; the log can then be joined with `users` |
/// | `on delete set null` | what becomes of the value; or `restrict`, or `no action`, which is what it is otherwise |
/// | `on update cascade` | the same for a change of the key; or one of the others |
/// | `#[sql_type = "citext"]` | the type in the database, where continuum does not know it or another is meant |
///
/// It makes
///
/// - the module `transaction_columns`, with the columns as Diesel's columns of
///   [`continuum_transaction`](mod@continuum_transaction);
/// - the struct `TransactionColumns` with all of them, which derives `Queryable` and `Selectable`;
///   of some of them, derive the two on a struct of your own, with
///   `#[diesel(table_name = transaction_columns)]`;
/// - where a table is referenced once, what Diesel's `joinable!` makes.
pub use continuum_derive::transaction_columns;
/// Makes the `table!` definitions of version tables that `diesel print-schema` does not print.
///
/// From the tables themselves, which are emitted as they are:
///
/// ```
/// continuum_core::version_tables! {
///     #[versioned(exclude(view_count))]
///     diesel::table! {
///         articles (id) { id -> Integer, name -> Text, view_count -> Integer, }
///     }
/// }
///
/// # fn main() { use diesel::Table;
/// let (id, name, transaction_id, end_transaction_id, operation_type) =
///     articles_version::table::all_columns();
/// # }
/// ```
///
/// Or from a file, for every struct under `src` that derives `Versioned`; what the structs say of
/// the history is taken from there:
///
/// ```ignore
/// // in src/schema.rs
/// continuum_core::version_tables!("src/schema.rs");
/// // in another module
/// continuum_core::version_tables!("src/schema.rs", models = "src", module = crate::schema);
/// ```
pub use continuum_derive::version_tables;

/// What the macros' expansions use.
#[doc(hidden)]
pub mod __private {
    pub use crate::transaction_column::{
        Binders, NotNull, OnMysql, OnPostgres, OnSqlite, Sent, Unsent,
    };
    pub use {chrono, serde_json};
}

/// What a revert does with children that are newer than the version: the last parameter of
/// [`Children`] and [`Descendants`].
pub mod newer {
    pub use crate::revert::relation::{Delete, Detach, Keep};
}

/// What most files need.
///
/// ```
/// use continuum_core::prelude::*;
/// use diesel::prelude::*;
/// ```
pub mod prelude {
    pub use crate::blame::Blame;
    pub use crate::change_info::ChangeInfo;
    pub use crate::changeset::HasChangeset;
    pub use crate::connection::VersionedConnection;
    pub use crate::diff::Compare;
    pub use crate::error::{Conflict, HistoryError, Later, Obstacle, Reason};
    pub use crate::latest::Latest;
    pub use crate::log::Transaction;
    pub use crate::navigation::{HasVersions, Navigate};
    pub use crate::operation::Operation;
    pub use crate::past::TimeTravel;
    pub use crate::relation::{Beside, GroupedByParent, Related, RelatedOfMany};
    pub use crate::revert::Revert;
    pub use crate::since::{HasChanged, WithinTime};
    pub use crate::version::{Version, Versioned};
    pub use crate::versions_of::GroupedByKey;
    pub use crate::without::WithoutVersioning;
    pub use continuum_derive::Versioned;
}

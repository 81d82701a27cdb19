//! History for Diesel: every committed change of a row is kept as a version.

// The names of the columns of tuples up to Diesel's largest are listed by a macro.
#![recursion_limit = "256"]

mod as_of;
mod backend;
mod change_info;
mod columns;
mod connection;
mod log;
mod meta;
mod moment;
mod operation;
mod revert;
mod version;

pub use crate::as_of::AsOf;
pub use crate::backend::RecordingBackend;
pub use crate::change_info::ChangeInfo;
pub use crate::connection::VersionedConnection;
pub use crate::log::{Meta, Transaction, continuum_transaction};
pub use crate::moment::Moment;
pub use crate::operation::Operation;
pub use crate::revert::Revert;
pub use crate::version::{Strategy, Version, Versioned};
pub use continuum_derive::{Versioned, version_tables};

/// What most files need: `use continuum_core::prelude::*`.
pub mod prelude {
    pub use crate::change_info::ChangeInfo;
    pub use crate::connection::VersionedConnection;
    pub use crate::log::Transaction;
    pub use crate::operation::Operation;
    pub use crate::revert::Revert;
    pub use crate::version::{Version, Versioned};
    pub use continuum_derive::Versioned;
}

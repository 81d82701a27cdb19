//! Being written.

use crate::error::{Error, Result};
use crate::names::Limit;
use crate::plan::{Baseline, Step};
use crate::versioned::VersionedTable;

pub(super) const IDENTIFIER_LIMIT: Limit = Limit::None;

pub(super) fn create_log() -> Step {
    todo!()
}
pub(super) fn create_version(_table: &VersionedTable) -> Step {
    todo!()
}
pub(super) fn create_triggers(_table: &VersionedTable) -> Step {
    todo!()
}
pub(super) fn start(_tables: &[&VersionedTable], _baseline: Baseline) -> Step {
    todo!()
}
pub(super) fn alter_version(
    _before: &VersionedTable,
    _after: &VersionedTable,
) -> Result<Vec<Step>, Error> {
    todo!()
}
pub(super) fn stop(_table: &VersionedTable) -> Step {
    todo!()
}

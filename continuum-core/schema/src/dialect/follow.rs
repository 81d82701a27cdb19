//! What a migration cannot follow, on any engine.

use crate::error::{Error, Result};
use crate::versioned::VersionedTable;

pub(super) fn refuse_what_cannot_be_followed(
    before: &VersionedTable,
    after: &VersionedTable,
) -> Result<()> {
    let refuse = |change: String, cure: &str| {
        Err(Error::CannotFollow {
            table: after.table.name.clone(),
            change,
            cure: cure.to_owned(),
        })
    };
    if before.version_table != after.version_table {
        return refuse(
            format!(
                "its version table was {} and would be {}",
                before.version_table, after.version_table
            ),
            "keep the name, or rename the table in a migration of your own and in the \
             continuum.toml of the migration that made it",
        );
    }
    if before.strategy != after.strategy {
        return refuse(
            format!(
                "its strategy was \"{}\" and would be \"{}\"",
                before.strategy.as_str(),
                after.strategy.as_str()
            ),
            "keep the strategy with which the history began",
        );
    }
    if before.table.primary_key != after.table.primary_key {
        return refuse(
            format!(
                "its key was ({}) and would be ({})",
                before.table.primary_key.join(", "),
                after.table.primary_key.join(", ")
            ),
            "a history is kept by key: stop the old one (take `Versioned` off the struct and run \
             gen-migrations), then begin a new one under another `#[versioned(table_name = …)]`",
        );
    }
    for column in after.tracked() {
        let was = before.tracked().find(|was| was.name == column.name);
        if let Some(was) = was.filter(|was| was.sql_type != column.sql_type) {
            return refuse(
                format!(
                    "the type of {} was {} and would be {}",
                    column.name, was.sql_type, column.sql_type
                ),
                "change the type in the version table in a migration of your own, and in the \
                 continuum.toml of the migration that made it",
            );
        }
    }
    Ok(())
}

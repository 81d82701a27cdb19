//! What refuses writes: those that say too little, and those that change the history.

use super::Dialect;
use crate::log::{Log, Required};
use crate::names::{self, LOG_TABLE};
use crate::plan::Step;
use crate::versioned::VersionedTable;
use crate::write::{fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/sqlite/", $file, ".sql"))
    };
}

pub(super) fn guards(log: &Log, tables: &[&VersionedTable], with_log: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    if !log.require.is_empty() {
        let requires = |table: &&VersionedTable| {
            ident(&names::object(Dialect::Sqlite, &table.version_table, "require").name)
        };
        steps.push(Step {
            comment: crate::dialect::required(&log.require),
            up: list(tables, "", |table| {
                fill(
                    sql!("require"),
                    &[
                        ("require", &requires(table)),
                        ("version", &ident(&table.version_table.name)),
                        (
                            "refusals",
                            &list(&log.require, "\n", |r| refusal(table, *r)),
                        ),
                    ],
                )
            }),
            down: list(tables, "", |table| {
                format!("DROP TRIGGER {};\n", requires(table))
            }),
        });
    }
    if log.append_only {
        let mut up = String::new();
        let mut down = String::new();
        let of_log = with_log.then_some((LOG_TABLE, None));
        let of_tables = tables
            .iter()
            .map(|table| (table.version_table.name.as_str(), Some(*table)));
        for (name, table) in of_log.into_iter().chain(of_tables) {
            let trigger = |role: &str| match table {
                Some(table) => {
                    ident(&names::object(Dialect::Sqlite, &table.version_table, role).name)
                }
                None => ident(&format!("{LOG_TABLE}_{role}")),
            };
            let (update, delete) = (trigger("guard_update"), trigger("guard_delete"));
            up += &guard(name, &update, &delete);
            down += &format!("DROP TRIGGER {update};\nDROP TRIGGER {delete};\n");
        }
        steps.push(Step {
            comment: crate::dialect::GUARDED.to_owned(),
            up,
            down,
        });
    }
    steps
}

/// A transaction may tell of itself as long as it runs.
fn guard(table: &str, update: &str, delete: &str) -> String {
    let outside = "NOT EXISTS (SELECT 1 FROM continuum_writing)";
    let outside = match table {
        LOG_TABLE => {
            format!(
                "{outside}\n    AND OLD.id NOT IN (SELECT transaction_id FROM continuum_current)"
            )
        }
        _ => outside.to_owned(),
    };
    let refuse = |operation: &str| {
        literal(&format!(
            "continuum: the history is only added to: {operation} of {table} is refused"
        ))
    };
    sql!("guard")
        .replace("{guard_update}", update)
        .replace("{guard_delete}", delete)
        .replace("{table}", &ident(table))
        .replace("{outside}", &outside)
        .replace("{refuse_update}", &refuse("UPDATE"))
        .replace("{refuse_delete}", &refuse("DELETE"))
}

fn refusal(table: &VersionedTable, required: Required) -> String {
    let said = |column: &str| {
        format!(
            "'' = (SELECT coalesce({column}, '') FROM continuum_transaction ORDER BY id DESC LIMIT 1)"
        )
    };
    let lacks = match required {
        Required::Transaction => "NOT EXISTS (SELECT 1 FROM continuum_current)".to_owned(),
        Required::Actor => said("actor"),
        Required::Reason => said("reason"),
    };
    let message = format!(
        "continuum: {} is changed {}",
        table.table.name,
        required.refusal()
    );
    format!("SELECT RAISE(ABORT, {})\nWHERE {lacks};", literal(&message))
}

/// What lets a migration change the history, and what ends that.
pub(in crate::dialect) const MAINTENANCE: (&str, &str) = (
    "INSERT INTO continuum_writing VALUES (2);\n",
    "DELETE FROM continuum_writing WHERE writer = 2;\n",
);

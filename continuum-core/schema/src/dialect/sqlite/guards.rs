//! What refuses writes: those that say too little, and those that change the history.

use super::Dialect;
use crate::log::{Log, Required};
use crate::log_column::{Action, LOG_COLUMNS, LogColumn, Reference};
use crate::names::{self, END_TRANSACTION_ID, LOG_TABLE, TRANSACTION_ID};
use crate::plan::Step;
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/sqlite/", $file, ".sql"))
    };
}

pub(super) fn guards(log: &Log, tables: &[&VersionedTable], with_log: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    if !log.require.is_empty() {
        let mut up = String::new();
        let mut down = String::new();
        // Activities get their transaction right after they are inserted.
        let activity = with_log.then(|| {
            let event = format!("UPDATE OF transaction_id ON {ACTIVITY}");
            (format!("{ACTIVITY}_require"), event, ACTIVITY.to_owned())
        });
        let versions = tables.iter().map(|table| {
            let trigger = names::object(Dialect::Sqlite, &table.version_table, "require");
            let event = format!("INSERT ON {}", ident(&table.version_table.name));
            (trigger.name, event, table.table.name.to_string())
        });
        for (trigger, event, table) in activity.into_iter().chain(versions) {
            let refusals = list(&log.require, "\n", |required| refusal(&table, required));
            let trigger = ident(&trigger);
            up += &fill(
                sql!("require"),
                &[
                    ("require", &trigger),
                    ("event", &event),
                    ("refusals", &refusals),
                ],
            );
            down += &format!("DROP TRIGGER {trigger};\n");
        }
        steps.push(Step {
            comment: crate::dialect::required(&log.require),
            up,
            down,
        });
    }
    if log.append_only {
        let mut up = String::new();
        let mut down = String::new();
        if with_log {
            up += sql!("guard_activity");
            down += sql!("guard_activity_down");
        }
        let of_log =
            [LOG_TABLE, ACTIVITY].map(|table| (table.to_owned(), "v.id = NEW.id".to_owned()));
        let of_tables = tables
            .iter()
            .map(|table| (table.version_table.name.clone(), is_replaced(table)));
        for (table, is_replaced) in of_log.into_iter().filter(|_| with_log).chain(of_tables) {
            let triggers = ["guard_update", "guard_delete", "guard_insert"]
                .map(|role| ident(&format!("{table}_{role}")));
            up += &guard(&table, &triggers, &is_replaced, log);
            down += &list(&triggers, "", |trigger| {
                format!("DROP TRIGGER {trigger};\n")
            });
        }
        steps.push(Step {
            comment: crate::dialect::GUARDED.to_owned(),
            up,
            down,
        });
    }
    steps
}

const ACTIVITY: &str = "continuum_activity";

/// Whether a version `v` goes where the new one replaces what is in its way: in the key, and in the
/// index of the newest versions.
fn is_replaced(table: &VersionedTable) -> String {
    let key = list(table.key(), " AND ", |c| {
        format!("v.{0} = NEW.{0}", ident(&c.name))
    });
    let same = format!("v.{TRANSACTION_ID} = NEW.{TRANSACTION_ID}");
    match table.strategy {
        Strategy::Subquery => format!("{key} AND {same}"),
        Strategy::Validity => {
            let both_open =
                format!("v.{END_TRANSACTION_ID} IS NULL AND NEW.{END_TRANSACTION_ID} IS NULL");
            format!("{key} AND ({same} OR {both_open})")
        }
    }
}

/// A transaction may tell of itself as long as it runs.
fn guard(
    table: &str,
    [update, delete, insert]: &[String; 3],
    is_replaced: &str,
    log: &Log,
) -> String {
    let nobody_writes = "NOT EXISTS (SELECT 1 FROM continuum_writing)";
    let other = |row: &str| match table {
        LOG_TABLE => format!(
            "{nobody_writes}\n    AND {row}.id NOT IN (SELECT transaction_id FROM continuum_current)"
        ),
        _ => nobody_writes.to_owned(),
    };
    let by_foreign_key = match table {
        LOG_TABLE => unless_by_foreign_key(&log.columns),
        _ => String::new(),
    };
    let refuse = |operation: &str| {
        literal(&format!(
            "continuum: the history is only added to: {operation} of {table} is refused"
        ))
    };
    fill(
        sql!("guard"),
        &[
            ("guard_update", update),
            ("guard_delete", delete),
            ("guard_insert", insert),
            ("table", &ident(table)),
            ("old_is_other", &other("OLD")),
            ("new_is_other", &other("NEW")),
            ("by_foreign_key", &by_foreign_key),
            ("is_replaced", is_replaced),
            ("refuse_update", &refuse("UPDATE")),
            ("refuse_delete", &refuse("DELETE")),
            ("refuse_replace", &refuse("REPLACE")),
        ],
    )
}

/// What a foreign key does when the row goes that it leads to fires triggers as everything does.
/// Where foreign keys are enforced, nobody else finds the log with a reference to a row that is not there.
fn unless_by_foreign_key(columns: &[LogColumn]) -> String {
    let follows = |column: &&LogColumn| {
        let reference = column.references.as_ref();
        reference.is_some_and(Reference::changes_the_log)
    };
    if !columns.iter().any(|column| follows(&column)) {
        return String::new();
    }
    let same = |name: &str| format!("NEW.{name} IS OLD.{name} COLLATE BINARY");
    let own = LOG_COLUMNS.iter().map(|name| same(name));
    let others = columns.iter().map(|column| {
        let name = ident(column.name());
        match column.references.as_ref().filter(|_| follows(&column)) {
            None => same(&name),
            Some(reference) => {
                let forgotten = match reference.on_update {
                    Action::Cascade => String::new(),
                    _ => format!(" AND NEW.{name} IS NULL"),
                };
                format!(
                    "({} OR OLD.{name} IS NOT NULL{forgotten} AND NOT EXISTS (\n            \
                     SELECT 1 FROM {} AS r WHERE r.{} = OLD.{name}\n        ))",
                    same(&name),
                    ident(&reference.table.name),
                    ident(&reference.column)
                )
            }
        }
    });
    format!(
        "\n    AND NOT (\n        {}\n    )",
        list(own.chain(others), "\n        AND ", |condition| condition)
    )
}

fn refusal(table: &str, required: &Required) -> String {
    let said = |column: &str| {
        format!(
            "'' = (SELECT coalesce({column}, '') FROM continuum_transaction ORDER BY id DESC LIMIT 1)"
        )
    };
    let lacks = match required {
        Required::Transaction => "NOT EXISTS (SELECT 1 FROM continuum_current)".to_owned(),
        Required::Actor => said("actor"),
        Required::Reason => said("reason"),
        Required::Column(column) => format!(
            "(SELECT {} FROM continuum_transaction ORDER BY id DESC LIMIT 1) IS NULL",
            ident(column)
        ),
    };
    let message = format!("continuum: {table} is changed {}", required.refusal());
    format!("SELECT RAISE(ABORT, {})\nWHERE {lacks};", literal(&message))
}

/// What lets a migration change the history, and what ends that.
pub(in crate::dialect) const MAINTENANCE: (&str, &str) = (
    "INSERT INTO continuum_writing VALUES (2);\n",
    "DELETE FROM continuum_writing WHERE writer = 2;\n",
);

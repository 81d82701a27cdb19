//! SQLite: row triggers.
//!
//! The triggers of a table are built from three parts, each for one row: it appears, it changes,
//! it vanishes. A key change is a row that vanishes and one that appears. The rare cases (a row
//! that comes back, changes that cancel out) are left to triggers on the version table, so that
//! the usual ones stay cheap.

mod alter;
mod column;
mod flag;
mod guards;
mod log_columns;
mod values;

use crate::error::Result;
use crate::log::Log;
use crate::model::Column;
use crate::names::{self, END_TRANSACTION_ID, Limit, TRANSACTION_ID};
use crate::plan::{Baseline, Step};
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

use super::Dialect;
use values::Values;

/// <https://www.sqlite.org/limits.html> has none for names.
pub(super) const IDENTIFIER_LIMIT: Limit = Limit::None;

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("sql/sqlite/", $file, ".sql"))
    };
}

pub(super) fn create_log(log: &Log) -> Step {
    Step {
        comment: "The transaction log, and what all versioned tables share.".to_owned(),
        up: format!(
            "{}{}{}",
            // Not by `fill`: there are other braces in it.
            sql!("log").replace("{columns}", &log_columns::definitions(&log.columns)),
            sql!("activity"),
            log_columns::indexes(&log.columns)
        ),
        down: sql!("log_down").to_owned(),
    }
}

pub(super) use self::log_columns::{alter_log, check_log_column};

pub(super) fn guards(log: &Log, tables: &[&VersionedTable], with_log: bool) -> Vec<Step> {
    guards::guards(log, tables, with_log)
}

pub(super) use self::guards::MAINTENANCE;

pub(super) fn create_version(table: &VersionedTable) -> Step {
    let version = &table.version_table;
    let mut definitions: Vec<String> = table
        .version_columns()
        .iter()
        .map(|column| {
            let is_key = table.table.primary_key.contains(&column.name);
            column::definition(&column.name, &column.sql_type, is_key)
        })
        .collect();
    definitions.push(format!(
        "PRIMARY KEY ({}, {TRANSACTION_ID})",
        columns(table.key())
    ));
    let on = ident(&version.name);
    let index = |role: &str| write::table(&names::object(Dialect::Sqlite, version, role));
    let mut up = Vec::new();
    let is_rowid = |name: &String| matches!(name.as_str(), "rowid" | "_rowid_" | "oid");
    if !table.table.primary_key.iter().all(is_rowid) {
        up.push(fill(
            sql!("key"),
            &[
                ("message", &ident(&super::no_key(table))),
                ("table", &literal(&table.table.name.name)),
                ("names", &super::key_names(table)),
            ],
        ));
    }
    up.push(format!(
        "CREATE TABLE {} (\n    {}\n);\n",
        write::table(version),
        definitions.join(",\n    ")
    ));
    if table.strategy == Strategy::Validity {
        up.push(format!(
            "CREATE UNIQUE INDEX {} ON {on} ({})\n    WHERE {END_TRANSACTION_ID} IS NULL;\n",
            index("open"),
            columns(table.key())
        ));
    }
    up.push(format!(
        "CREATE INDEX {} ON {on} ({TRANSACTION_ID});\n",
        index("transaction")
    ));
    Step {
        comment: format!(
            "The history of {}: one row for each version of each row.",
            table.table.name
        ),
        up: up.concat(),
        down: format!("DROP TABLE {};\n", write::table(version)),
    }
}

pub(super) fn create_triggers(table: &VersionedTable, log: &Log) -> Step {
    let check = Values::new(table).fill(sql!("check"));
    Step {
        comment: format!("Recording of {}.", table.table.name),
        up: format!("{}\n{check}", triggers(table, log)),
        down: drop_triggers(table),
    }
}

pub(super) fn start(tables: &[&VersionedTable], baseline: Baseline) -> Step {
    let names = write::json_array(tables.iter().map(|table| table.table.name.name.as_str()));
    let entries = list(tables, ",\n", |table| {
        format!(
            "({}, {}, {}, {})",
            literal(&table.table.name.name),
            literal(&table.version_table.name),
            literal(table.strategy.as_str()),
            tracked_columns(table)
        )
    });
    let (reason, complete, comment) = match baseline {
        Baseline::Rows => (
            "baseline: the rows that were there when their history began",
            "true",
            "The history begins: the rows that are there get their first version.",
        ),
        Baseline::None => (
            "the history begins; rows that were there get their first version when they change",
            "false",
            "The history begins; rows that are there get their first version when they change.",
        ),
    };
    let mut up = fill(
        sql!("start"),
        &[
            ("reason", &literal(reason)),
            ("meta", &literal(&format!("{{\"baseline\":{names}}}"))),
            ("complete", complete),
            ("entries", &entries),
        ],
    );
    if baseline == Baseline::Rows {
        for table in tables {
            up += &Values::new(table).fill(sql!("baseline"));
        }
    }
    let version_tables = list(tables, ", ", |table| literal(&table.version_table.name));
    Step {
        comment: comment.to_owned(),
        up,
        down: fill(sql!("start_down"), &[("tables", &version_tables)]),
    }
}

pub(super) fn alter_version(
    (before, before_log): (&VersionedTable, &Log),
    (after, after_log): (&VersionedTable, &Log),
) -> Result<Vec<Step>> {
    super::follow::refuse_what_cannot_be_followed(before, after)?;
    let (up, down) = alter::columns(before, after);
    let was = triggers(before, before_log);
    let registered = super::register_columns(before, after, register_columns);
    if up.is_empty() && down.is_empty() && registered.is_none() && was == triggers(after, after_log)
    {
        return Ok(Vec::new());
    }
    let mut steps = vec![Step {
        comment: format!("Recording of {} as it was.", after.table.name),
        up: drop_triggers(before),
        down: was,
    }];
    if !(up.is_empty() && down.is_empty()) {
        steps.push(Step {
            comment: format!("The history follows {}.", after.table.name),
            up,
            down,
        });
    }
    steps.extend(registered);
    steps.push(create_triggers(after, after_log));
    Ok(steps)
}

fn register_columns(table: &VersionedTable) -> String {
    let columns = format!("tracked_columns = {}", tracked_columns(table));
    change_registry(table, &columns)
}

pub(super) fn stop(table: &VersionedTable, log: &Log) -> Step {
    Step {
        comment: format!(
            "{} is no longer recorded; its history stays in {}.",
            table.table.name, table.version_table
        ),
        up: drop_triggers(table) + &change_registry(table, "recording = false"),
        down: change_registry(table, "recording = true") + &triggers(table, log),
    }
}

fn tracked_columns(table: &VersionedTable) -> String {
    literal(&write::json_array(table.tracked().map(|c| c.name.as_str())))
}

fn change_registry(table: &VersionedTable, change: &str) -> String {
    format!(
        "UPDATE continuum_table SET {change} WHERE version_table = {};\n",
        literal(&table.version_table.name)
    )
}

fn triggers(table: &VersionedTable, log: &Log) -> String {
    let values = Values::new(table);
    let (open, close) = match log.append_only {
        true => (sql!("open").trim_end(), sql!("close").trim_end()),
        false => ("", ""),
    };
    let change = values.fill(values.choose(sql!("validity/change"), sql!("subquery/change")));
    let update = match values.get("changed") {
        // All columns are in the key: nothing changes but the key.
        "" => String::new(),
        _ => values.fill_with(
            sql!("update"),
            &[
                ("change", change.trim_end()),
                ("open", open),
                ("close", close),
            ],
        ),
    };
    let appear = values.fill(values.choose(sql!("validity/appear"), sql!("subquery/appear")));
    let vanish = values.choose(sql!("validity/vanish"), sql!("subquery/vanish"));
    let and_gone = format!("\n    AND {}", values.get("old_is_gone"));
    let vanish_if_gone = values.fill_with(vanish, &[("and_gone", &and_gone)]);
    let vanish = values.fill_with(vanish, &[("and_gone", "")]);
    let first = values.fill(values.choose("", sql!("subquery/first")));
    let settle_replaced = values.fill(sql!("settle_replaced"));
    let follow = values.fill_with(
        values.choose(sql!("validity/follow"), sql!("subquery/follow")),
        &[("settle_replaced", settle_replaced.trim_end())],
    );
    let settle = values.fill(values.choose(sql!("validity/settle"), sql!("subquery/settle")));
    let flagged: Vec<_> = table.flagged_and_tracked().collect();
    let flag = if flagged.is_empty() {
        String::new()
    } else {
        values.fill_with(sql!("flag_trigger"), &[("flag", &values.flag(&flagged))])
    };
    values.fill_with(
        sql!("triggers"),
        &[
            ("update", &update),
            ("appear", appear.trim_end()),
            ("vanish", vanish.trim_end()),
            ("vanish_if_gone", vanish_if_gone.trim_end()),
            ("first", &first),
            ("follow", follow.trim_end()),
            ("settle", settle.trim_end()),
            ("open", open),
            ("close", close),
            ("flag", flag.trim_end()),
        ],
    )
}

/// `IF EXISTS`, because with a table that is made anew, as many migrations do, its triggers go.
fn drop_triggers(table: &VersionedTable) -> String {
    let values = Values::new(table);
    values
        .triggers()
        .map(|trigger| format!("DROP TRIGGER IF EXISTS {trigger};\n"))
        .chain([values.fill(values.choose("", "DROP VIEW IF EXISTS {first_view};\n"))])
        .collect()
}

fn columns<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    list(columns, ", ", |column| ident(&column.name))
}

//! PostgreSQL: statement triggers with transition tables.
//!
//! The bodies of the trigger functions are built from three parts, each for a set of rows: rows
//! that appeared, rows that changed, rows that vanished. An INSERT is rows that appeared, an
//! UPDATE that changes keys is all three.

mod alter;
mod bodies;
mod flag;
mod guards;
mod log_columns;
mod values;

use self::bodies::Order;
use self::values::{Values, columns, registered};
use crate::error::Result;
use crate::log::Log;
use crate::names::{self, END_TRANSACTION_ID, Limit, OPERATION_TYPE, TRANSACTION_ID};
use crate::plan::{Baseline, Step};
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{self, fill, ident, list, literal};

use super::Dialect;

/// NAMEDATALEN - 1, <https://www.postgresql.org/docs/current/limits.html>
pub(super) const IDENTIFIER_LIMIT: Limit = Limit::Bytes(63);

/// 2^62: ids from there on are of transactions that draw another one when they commit.
const PROVISIONAL: &str = "4611686018427387904";

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("sql/postgres/", $file, ".sql"))
    };
}

pub(super) fn create_log(log: &Log) -> Step {
    const PINNED: [&str; 5] = [
        "continuum_activity_insert()",
        "continuum_add_context(jsonb)",
        "continuum_renew_transaction()",
        "continuum_place_transaction()",
        "continuum_forget_empty_transaction()",
    ];
    Step {
        comment: "The transaction log, and what all versioned tables share.".to_owned(),
        up: format!(
            "{}{}\n{}\n{}-- What the application calls, and what it may read: lastval().\nGRANT EXECUTE ON FUNCTION continuum_add_context(jsonb) TO PUBLIC;\nGRANT USAGE ON SEQUENCE continuum_lastval TO PUBLIC;\n",
            // Not by `fill`: there are other braces in it.
            sql!("log")
                .replace("{comma}", if log.columns.is_empty() { "" } else { "," })
                .replace("{columns}", &log_columns::definitions(&log.columns))
                .replace("{transaction_id}", &guards::transaction_id(log))
                .replace("{add_context}", &log_columns::add_context(&log.columns))
                .replace(
                    "{draw}",
                    &sql!("draw").trim_end().replace('\n', "\n        ")
                )
                .replace("{provisional}", PROVISIONAL),
            log_columns::indexes(&log.columns),
            sql!("activity"),
            pin(&PINNED.map(str::to_owned), false)
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
    let version = write::table(&table.version_table);
    let mut alterations: Vec<String> = table
        .tracked()
        .filter(|column| !column.sql_type.is_nullable() || table.table.is_key(column))
        .map(|column| format!("ALTER COLUMN {} SET NOT NULL", ident(&column.name)))
        .collect();
    alterations.push(format!("ADD COLUMN {TRANSACTION_ID} bigint NOT NULL"));
    if table.strategy == Strategy::Validity {
        alterations.push(format!("ADD COLUMN {END_TRANSACTION_ID} bigint"));
    }
    alterations.push(format!("ADD COLUMN {OPERATION_TYPE} smallint NOT NULL"));
    alterations.extend(table.flagged().map(|column| {
        format!(
            "ADD COLUMN {} boolean NOT NULL",
            ident(&names::mod_column(&column.name))
        )
    }));
    alterations.push(format!(
        "ADD PRIMARY KEY ({}, {TRANSACTION_ID})",
        columns(table.key())
    ));

    let mut up = fill(
        sql!("key"),
        &[
            ("table_name", &literal(&write::table(&table.table.name))),
            ("names", &super::key_names(table)),
            ("message", &literal(&super::no_key(table))),
        ],
    );
    up += &fill(
        sql!("shadow"),
        &[
            ("version", &version),
            ("columns", &columns(table.tracked())),
            ("table", &write::table(&table.table.name)),
            ("alterations", &alterations.join(",\n")),
        ],
    );
    let index =
        |role: &str| ident(&names::object(Dialect::Postgres, &table.version_table, role).name);
    if table.strategy == Strategy::Validity {
        up += &format!(
            "CREATE UNIQUE INDEX {} ON {version} ({})\n    WHERE {END_TRANSACTION_ID} IS NULL;\n",
            index("open"),
            columns(table.key())
        );
    }
    // BRIN: a B-tree on the transaction alone can attract the planner inside the triggers, and so
    // can end_transaction_id in this index, by its IS NULL. (docs/performance.md has one of the
    // versions that have ended.)
    up += &format!(
        "CREATE INDEX {} ON {version} USING brin ({TRANSACTION_ID} int8_minmax_multi_ops (values_per_range = 64))\n    WITH (pages_per_range = 8, autosummarize = on);\n",
        index("transaction")
    );
    Step {
        comment: format!(
            "The history of {}: one row for each version of each row.",
            table.table.name
        ),
        up,
        down: format!("DROP TABLE {version};\n"),
    }
}

pub(super) fn create_triggers(table: &VersionedTable) -> Step {
    let values = Values::new(table);
    let role = |role: &str| names::object(Dialect::Postgres, &table.version_table, role);
    let function = |name: &str| write::table(&role(name));
    let trigger = |name: &str| ident(&role(name).name);
    let [settle, insert, update, delete, truncate] =
        ["settle", "insert", "update", "delete", "truncate"].map(function);
    let [on_insert, on_update, on_delete, on_truncate] =
        ["insert", "update", "delete", "truncate"].map(trigger);
    let live = write::table(&table.table.name);
    let objects = [
        ("insert", insert.as_str()),
        ("update", &update),
        ("delete", &delete),
        ("truncate", &truncate),
        ("insert_trigger", &on_insert),
        ("update_trigger", &on_update),
        ("delete_trigger", &on_delete),
        ("truncate_trigger", &on_truncate),
    ];
    let off = [("off", sql!("off").trim_end())];
    let bodies = [
        ("insert_body", values.appear("new_rows", Order::Checked)),
        ("update_body", values.change()),
        ("delete_body", values.vanish("old_rows", Order::Checked)),
        (
            "truncate_body",
            format!(
                "{}{}",
                values.fill(sql!("truncate_guard"), &[]),
                values.vanish(&live, Order::Ahead)
            ),
        ),
    ];
    let flag = values.flag(
        &table.flagged_and_tracked().collect::<Vec<_>>(),
        &values.fill(
            "own.ctid = ANY (continuum.own)\n    AND ({own_empty}) IS NOT TRUE",
            &[],
        ),
    );
    let all: Vec<(&str, &str)> = objects
        .into_iter()
        .chain(off)
        .chain(bodies.iter().map(|(name, body)| (*name, body.trim_end())))
        .chain([("flag", flag.trim_end())])
        .collect();
    let mut key = table.key();
    let equality = match key.all(|column| log_columns::is_built_in(&column.sql_type)) {
        true => String::new(),
        false => values.fill(sql!("equality"), &[]),
    };
    let functions = [
        format!("{settle}(tid[])"),
        format!("{insert}()"),
        format!("{update}()"),
        format!("{delete}()"),
        format!("{truncate}()"),
    ];
    Step {
        comment: format!("Recording of {}.", table.table.name),
        up: format!(
            "{}\n{}{}",
            values.fill(sql!("triggers"), &all),
            pin(&functions, true),
            equality
        ),
        down: values.fill(sql!("triggers_down"), &objects),
    }
}

pub(super) fn start(tables: &[&VersionedTable], baseline: Baseline) -> Step {
    let entries = list(tables, ",\n", |table| {
        let schema = match &table.table.name.schema {
            Some(schema) => literal(schema),
            None => "NULL::text".to_owned(),
        };
        format!(
            "({schema}, {}, {}, {}, {})",
            literal(&table.table.name.name),
            literal(&table.version_table.name),
            literal(table.strategy.as_str()),
            tracked_columns(table)
        )
    });
    let (reason, comment) = match baseline {
        Baseline::Rows => (
            "baseline: the rows that were there when their history began",
            "The history begins: the rows that are there get their first version.",
        ),
        Baseline::None => (
            "the history begins; rows that were there get their first version when they change",
            "The history begins; rows that are there get their first version when they change.",
        ),
    };
    let names = list(tables, ", ", |table| literal(&table.table.name.to_string()));
    let mut up = fill(
        sql!("start"),
        &[
            ("reason", &literal(reason)),
            (
                "meta",
                &format!("jsonb_build_object('baseline', jsonb_build_array({names}))"),
            ),
            ("tables", &entries),
            (
                "complete",
                match baseline {
                    Baseline::Rows => "true",
                    Baseline::None => "false",
                },
            ),
        ],
    );
    if baseline == Baseline::Rows {
        for table in tables {
            let live = write::table(&table.table.name);
            up += &Values::new(table).fill(sql!("baseline"), &[("table", &live)]);
        }
    }
    let registered = list(tables, "\n   OR ", |table| registered(table));
    Step {
        comment: comment.to_owned(),
        up,
        down: fill(sql!("start_down"), &[("tables", &registered)]),
    }
}

pub(super) fn alter_version(before: &VersionedTable, after: &VersionedTable) -> Result<Vec<Step>> {
    super::follow::refuse_what_cannot_be_followed(before, after)?;
    let old = create_triggers(before);
    let (up, down) = alter::columns(before, after);
    let mut steps = vec![
        Step {
            comment: format!("Recording of {} as it was.", after.table.name),
            up: old.down,
            down: old.up,
        },
        Step {
            comment: format!("The history follows {}.", after.table.name),
            up,
            down,
        },
    ];
    steps.extend(super::register_columns(before, after, register_columns));
    steps.push(create_triggers(after));
    Ok(steps)
}

fn register_columns(table: &VersionedTable) -> String {
    let columns = format!("tracked_columns = {}", tracked_columns(table));
    change_registry(table, &columns)
}

pub(super) fn stop(table: &VersionedTable) -> Step {
    let triggers = create_triggers(table);
    Step {
        comment: format!(
            "{} is no longer recorded; its history stays in {}.",
            table.table.name, table.version_table
        ),
        up: triggers.down + &change_registry(table, "recording = false"),
        down: change_registry(table, "recording = true") + &triggers.up,
    }
}

fn tracked_columns(table: &VersionedTable) -> String {
    let names = list(table.tracked(), ", ", |column| literal(&column.name));
    format!("ARRAY[{names}]")
}

fn change_registry(table: &VersionedTable, change: &str) -> String {
    format!(
        "UPDATE continuum_table SET {change}\nWHERE {};\n",
        registered(table)
    )
}

/// Functions that run as their owner must not find objects of the caller's before the real ones,
/// and nobody else has to call them: in a trigger on a table of his own he could
/// (<https://www.postgresql.org/docs/current/sql-createfunction.html>, "Writing SECURITY DEFINER
/// Functions Safely"). Those with queries on version tables must not keep a sequential scan that
/// was right while the table was small. No policy may hide rows from them: what they do not see,
/// they would record as deleted.
fn pin(functions: &[String], queries_versions: bool) -> String {
    let functions_list = list(functions, ",\n", |name| literal(name));
    let settings = if queries_versions {
        "SET search_path = %s, pg_temp SET enable_seqscan = off SET enable_mergejoin = off SET jit = off SET row_security = off"
    } else {
        "SET search_path = %s, pg_temp"
    };
    fill(
        sql!("pin"),
        &[("functions", &functions_list), ("settings", settings)],
    )
}

//! MySQL and MariaDB: row triggers.
//!
//! The triggers of a table are built from three parts, each for one row: it appears, it changes,
//! it vanishes. A key change is a row that vanishes and one that appears. Every part begins by
//! claiming the row's entry in the table of newest versions, by its key: this tells what the row
//! was before, and locks nothing else. See `docs/mysql.md` for why.

mod alter;
mod back;
mod column;
mod flag;
mod follow;
mod guards;
mod left_over;
mod log_columns;
mod once;
mod renew;
mod values;

use crate::error::Result;
use crate::log::Log;
use crate::names::{self, END_TRANSACTION_ID, Limit, OPERATION_TYPE, TRANSACTION_ID};
use crate::plan::{Baseline, Step};
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{backticked, fill, list};

use super::Dialect;
use column::literal;
use values::{Values, columns};

pub(super) use back::can_be_taken_back;
pub(super) use guards::{MAINTENANCE, guards};
pub(super) use log_columns::{alter_log, check_log_column};

/// <https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html>
pub(super) const IDENTIFIER_LIMIT: Limit = Limit::Characters(64);

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("sql/mysql/", $file, ".sql"))
    };
}

pub(super) fn create_log(log: &Log) -> Step {
    let begin = guards::begin(log);
    let columns = log_columns::definitions(&log.columns);
    Step {
        comment: "The transaction log, and what all versioned tables share.".to_owned(),
        up: fill(
            sql!("log"),
            &[("begin", begin.trim_end()), ("columns", &columns)],
        ) + sql!("activity"),
        down: sql!("log_down").to_owned(),
    }
}

pub(super) fn create_version(table: &VersionedTable) -> Step {
    let values = Values::new(table);
    let flags = || {
        table
            .flagged()
            .map(|column| backticked(&names::mod_column(&column.name)))
    };
    let has_end = table.strategy == Strategy::Validity;
    let mut definitions = vec![format!("{TRANSACTION_ID} BIGINT NOT NULL")];
    let mut bookkeeping = vec![format!("0 AS {TRANSACTION_ID}")];
    if has_end {
        definitions.push(format!("{END_TRANSACTION_ID} BIGINT"));
        bookkeeping.push(format!("NULL AS {END_TRANSACTION_ID}"));
    }
    definitions.push(format!("{OPERATION_TYPE} SMALLINT NOT NULL"));
    bookkeeping.push(format!("0 AS {OPERATION_TYPE}"));
    definitions.extend(flags().map(|flag| format!("{flag} BOOLEAN NOT NULL")));
    bookkeeping.extend(flags().map(|flag| format!("0 AS {flag}")));
    let index = names::object(Dialect::MySql, &table.version_table, "transaction");
    definitions.push(format!(
        "PRIMARY KEY ({}, {TRANSACTION_ID})",
        columns(table.key())
    ));
    definitions.push(format!(
        "KEY {} ({TRANSACTION_ID})",
        backticked(&index.name)
    ));
    definitions.extend(follow::followed(table).map(|key| {
        format!(
            "KEY {} ({})",
            follow::index(table, key),
            follow::key_columns(table, key)
        )
    }));
    let required = list(
        table
            .tracked()
            .filter(|column| !column.sql_type.is_nullable()),
        ", ",
        |column| literal(&column.name),
    );
    let version = literal(&backticked(&table.version_table.name));
    let tracked = list(table.tracked(), ", ", |column| literal(&column.name));
    let tighten = values.fill_with(
        sql!("tighten"),
        &[
            ("version_literal", &version),
            ("required", &required),
            ("tracked", &tracked),
        ],
    );
    let newest_alterations = list(table.key(), ",\n", |column| {
        format!("ALTER COLUMN {} DROP DEFAULT", backticked(&column.name))
    });
    Step {
        comment: format!(
            "The history of {}: one row for each version of each row.",
            table.table.name
        ),
        up: values.fill_with(
            sql!("shadow"),
            &[
                ("left_over", left_over::drop(table, &index.name).trim_end()),
                ("definitions", &definitions.join(",\n")),
                ("bookkeeping", &bookkeeping.join(", ")),
                ("newest_alterations", &newest_alterations),
                ("tighten", tighten.trim_end()),
            ],
        ),
        down: values.fill(sql!("shadow_down")),
    }
}

pub(super) fn create_triggers(table: &VersionedTable, log: &Log) -> Step {
    let known = std::iter::once("''".to_owned())
        .chain(follow::followed(table).map(|key| {
            literal(&format!(
                "{} -> {} ({})",
                key.columns.join(", "),
                key.parent.name,
                key.parent_columns.join(", ")
            ))
        }))
        .collect::<Vec<_>>()
        .join(", ");
    let watched = list(table.tracked().chain(table.hidden()), ", ", |column| {
        literal(&column.name)
    });
    let check = Values::new(table).fill_with(
        sql!("check"),
        &[
            ("known", &known),
            ("watched", &watched),
            ("no_key", &literal(&super::no_key(table))),
            ("key_names", &super::key_names(table)),
        ],
    );
    Step {
        comment: format!("Recording of {}.", table.table.name),
        up: format!("{}\n{check}", triggers(table, log)),
        down: drop_triggers(table),
    }
}

pub(super) fn start(tables: &[&VersionedTable], baseline: Baseline) -> Step {
    let names = list(tables, ", ", |table| literal(&table.table.name.name));
    let (reason, complete, comment) = match baseline {
        Baseline::Rows => (
            "baseline: the rows that were there when their history began",
            "TRUE",
            "The history begins: the rows that are there get their first version.",
        ),
        Baseline::None => (
            "the history begins; rows that were there get their first version when they change",
            "FALSE",
            "The history begins; rows that are there get their first version when they change.",
        ),
    };
    let entries = list(tables, ",\n", |table| {
        format!(
            "({}, {}, {}, {}, @continuum_baseline, {complete})",
            literal(&table.table.name.name),
            literal(&table.version_table.name),
            literal(table.strategy.as_str()),
            tracked_columns(table)
        )
    });
    let unseen = fill(sql!("unseen"), &[("tables", &names)]);
    let mut up = fill(
        sql!("start"),
        &[
            ("reason", &literal(reason)),
            ("tables", &names),
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
        up: unseen + &in_own_mode(&(up + "COMMIT;")),
        down: fill(sql!("start_down"), &[("tables", &version_tables)]),
    }
}

pub(super) fn alter_version(
    (before, before_log): (&VersionedTable, &Log),
    (after, after_log): (&VersionedTable, &Log),
) -> Result<Vec<Step>> {
    super::follow::refuse_what_cannot_be_followed(before, after)?;
    let (up, down) = alter::columns(before, after);
    let registered = super::register_columns(before, after, register_columns);
    let (was, is) = (
        follow::indexes(before, after),
        follow::indexes(after, before),
    );
    let recorded = triggers(before, before_log);
    if up.is_empty()
        && down.is_empty()
        && registered.is_none()
        && recorded == triggers(after, after_log)
    {
        return Ok(Vec::new());
    }
    let mut steps = vec![Step {
        comment: format!("Recording of {} as it was.", after.table.name),
        up: drop_triggers(before) + &was.drop,
        down: was.create + &recorded,
    }];
    if !(up.is_empty() && down.is_empty()) {
        steps.push(Step {
            comment: format!("The history follows {}.", after.table.name),
            up,
            down,
        });
    }
    steps.extend(registered);
    let created = create_triggers(after, after_log);
    steps.push(Step {
        up: is.create + &created.up,
        down: created.down + &is.drop,
        ..created
    });
    Ok(steps)
}

pub(super) fn know_tables(
    (before, before_log): (&[VersionedTable], &Log),
    (after, after_log): (&[VersionedTable], &Log),
) -> Option<Step> {
    let up = follow::drop_procedures(before) + &procedures(after, after_log);
    let was = follow::drop_procedures(after) + &procedures(before, before_log);
    // In whatever order they were versioned.
    let sorted = |tables: &[VersionedTable]| {
        let mut tables = tables.to_vec();
        tables.sort_by(|a, b| a.version_table.name.cmp(&b.version_table.name));
        tables
    };
    if procedures(&sorted(after), after_log) == procedures(&sorted(before), before_log) {
        return None;
    }
    Some(Step {
        comment: SHARED.to_owned(),
        up,
        down: was,
    })
}

fn procedures(tables: &[VersionedTable], log: &Log) -> String {
    let procedures = renew::procedure(tables, &log.columns) + &follow::procedures(tables, log);
    in_own_mode(&procedures)
}

/// The same, whatever the tables are that it knows.
pub(super) fn know_all_tables(tables: &[VersionedTable], log: &Log) -> Step {
    let procedures = procedures(tables, log);
    Step {
        comment: SHARED.to_owned(),
        up: procedures.clone(),
        down: procedures,
    }
}

const SHARED: &str = "What all versioned tables share, for the tables that there are now.";

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
        up: drop_triggers(table) + &change_registry(table, "recording = FALSE"),
        down: change_registry(table, "recording = TRUE") + &triggers(table, log),
    }
}

fn tracked_columns(table: &VersionedTable) -> String {
    let names = list(table.tracked(), ", ", |column| literal(&column.name));
    format!("JSON_ARRAY({names})")
}

fn change_registry(table: &VersionedTable, change: &str) -> String {
    format!(
        "UPDATE continuum_table SET {change} WHERE version_table = {};\n",
        literal(&table.version_table.name)
    )
}

fn drop_triggers(table: &VersionedTable) -> String {
    follow::triggers_down(table) + &Values::new(table).fill(sql!("triggers_down"))
}

/// The triggers, part by part, from the inside out.
fn triggers(table: &VersionedTable, log: &Log) -> String {
    let values = Values::new(table);
    let (begin, end) = guards::around(&values, log);
    let has_end = table.strategy == Strategy::Validity;
    let only_validity = |template: &str| {
        if has_end {
            values.fill(template)
        } else {
            String::new()
        }
    };
    let close_old = only_validity(sql!("close"));
    let close_newest = only_validity(sql!("close_newest"));
    let reopen = |row: &str| {
        if has_end {
            values.fill_with(
                sql!("reopen"),
                &[("v_key_is_row", values.get(&format!("v_key_is_{row}")))],
            )
        } else {
            String::new()
        }
    };
    let claim = |row: &str, operation: &str, again: &str| {
        values.fill_with(
            sql!("claim"),
            &[
                ("row_key", values.get(&format!("{row}_key"))),
                ("operation", operation),
                ("operation_again", again),
                ("q_key_is_row", values.get(&format!("q_key_is_{row}"))),
            ],
        )
    };
    let flag = flag::newest(table, values.get("q_key_is_new"));
    let settle = values.fill_with(sql!("settle"), &[("reopen_new", reopen("new").trim_end())]);
    let first = values.fill(sql!("first"));
    let appear = |claim: &str| {
        values.fill_with(
            sql!("appear"),
            &[
                ("claim", claim.trim_end()),
                ("close", close_newest.trim_end()),
                ("flag", &flag),
                ("settle", settle.trim_end()),
            ],
        )
    };
    let claim_new = claim("new", "0", "IF(operation_type = 2, 0, 1)");
    let moved = appear(&(claim_new.clone() + &values.fill(sql!("unless_ignored"))));
    let appear = appear(&claim_new);
    let change = values.fill_with(
        sql!("change"),
        &[
            ("claim", claim("new", "1", "1").trim_end()),
            ("first", first.trim_end()),
            ("close_old", close_old.trim_end()),
            ("flag", &flag),
            ("settle", settle.trim_end()),
        ],
    );
    let take_back = values.fill_with(
        sql!("take_back"),
        &[
            ("key_is_row", values.get("key_is_old")),
            ("q_key_is_row", values.get("q_key_is_old")),
            ("v_key_is_row", values.get("v_key_is_old")),
            ("reopen", reopen("old").trim_end()),
        ],
    );
    let vanish = values.fill_with(
        sql!("vanish"),
        &[
            ("claim", claim("old", "2", "2").trim_end()),
            ("first", first.trim_end()),
            ("close_old", close_old.trim_end()),
            ("take_back", take_back.trim_end()),
        ],
    );
    let update = values.fill_with(
        sql!("update"),
        &[
            ("change", change.trim_end()),
            ("vanish", vanish.trim_end()),
            ("appear", moved.trim_end()),
        ],
    );
    in_own_mode(&values.fill_with(
        sql!("triggers"),
        &[
            (
                "unless_changed",
                values.fill(sql!("unless_changed")).trim_end(),
            ),
            ("begin", begin.trim_end()),
            ("end", &end),
            ("appear", appear.trim_end()),
            ("update", update.trim_end()),
            ("vanish", vanish.trim_end()),
            ("follow", follow::triggers(table).trim()),
        ],
    ))
}

/// What MySQL runs in the mode in which it was created.
fn in_own_mode(statements: &str) -> String {
    fill(sql!("mode"), &[("statements", statements.trim())])
}

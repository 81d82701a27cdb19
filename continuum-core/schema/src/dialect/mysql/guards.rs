//! What refuses writes: those that say too little, and those that change the history.

use super::column::literal;
use super::log_columns;
use super::values::Values;
use crate::dialect::Dialect;
use crate::log::{Log, Required};
use crate::model::TableName;
use crate::names::{self, LOG_TABLE, TRANSACTION_ID};
use crate::plan::Step;
use crate::versioned::VersionedTable;
use crate::write::{backticked, fill, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

/// The procedure that draws the id of a transaction, and refuses what says too little.
pub(super) fn begin(log: &Log) -> String {
    let require = log.require.as_slice();
    let check = require.iter().fold(String::new(), |check, required| {
        let lacks = match required {
            Required::Transaction => "@continuum_context IS NULL".to_owned(),
            Required::Actor => unsaid("actor"),
            Required::Reason => unsaid("reason"),
            Required::Column(column) => {
                format!(
                    "@continuum_context IS NULL OR {} IS NULL",
                    log_columns::said(column)
                )
            }
        };
        let refusal = literal(&format!(" is changed {}", required.refusal()));
        // As much as a message may have.
        let message = format!("LEFT(CONCAT('continuum: ', continuum_changed, {refusal}), 128)");
        let or = if check.is_empty() { "IF" } else { "ELSEIF" };
        format!("{check}{or} {lacks} THEN\n    CALL continuum_refuse({message});\n")
    });
    let check = match require {
        [] => check,
        _ => check + "END IF;",
    };
    fill(
        sql!("transaction"),
        &[
            ("require", &check),
            ("columns", &log_columns::names(&log.columns)),
            ("values", &log_columns::values(&log.columns)),
        ],
    )
}

/// Not compared with the empty text, which equals one of spaces.
fn unsaid(what: &str) -> String {
    format!("@continuum_context IS NULL OR COALESCE(CHAR_LENGTH(@continuum_{what}), 0) = 0")
}

pub(in crate::dialect) fn guards(
    log: &Log,
    tables: &[&VersionedTable],
    with_log: bool,
) -> Vec<Step> {
    if !log.append_only {
        return Vec::new();
    }
    let of_log = ["continuum_activity", LOG_TABLE]
        .into_iter()
        .filter(|_| with_log)
        .map(|name| {
            let schema = None;
            let name = name.to_owned();
            (TableName { schema, name }, "id".to_owned())
        });
    let of_tables = tables.iter().map(|table| {
        let key = list(table.key(), ", ", |column| backticked(&column.name));
        (
            table.version_table.clone(),
            format!("{key}, {TRANSACTION_ID}"),
        )
    });
    let guarded: Vec<_> = of_log.chain(of_tables).collect();
    vec![Step {
        comment: crate::dialect::GUARDED.to_owned(),
        up: list(&guarded, "", |(table, key)| guard(table, key)),
        down: list(&guarded, "", |(table, _)| {
            let [update, delete, truncate] = guarding(table);
            format!(
                "DROP TABLE IF EXISTS {truncate};\nDROP TRIGGER IF EXISTS {delete};\n\
                 DROP TRIGGER IF EXISTS {update};\n"
            )
        }),
    }]
}

/// What begins a recording, and what ends it. A history that is only added to takes what a trigger of
/// ours writes, and nothing that another part of the same statement does.
pub(super) fn around(values: &Values, log: &Log) -> (String, String) {
    let begin = values.fill(include_str!("../sql/mysql/begin.sql"));
    if log.append_only {
        let writes = format!("SET @continuum_writing = NOW(6);\n{begin}");
        (writes, "SET @continuum_writing = NULL;".to_owned())
    } else {
        (begin, String::new())
    }
}

/// What a trigger that failed has left is of another time. A transaction may tell of itself as long as it
/// runs.
fn guard(table: &TableName, key: &str) -> String {
    let outside = "NOT (@continuum_writing <=> NOW(6)) AND @continuum_maintenance IS NULL";
    let outside = match table.name.as_str() {
        LOG_TABLE => format!(
            "{outside}\n    AND (@continuum_context IS NULL OR NOT FIND_IN_SET(\n        \
             OLD.id, CONCAT_WS(',', @continuum_transaction, @continuum_renewed)\n    ))"
        ),
        _ => outside.to_owned(),
    };
    let refuse = |operation: &str| {
        literal(&format!(
            "continuum: the history is only added to: {operation} of {} is refused",
            table.name
        ))
    };
    let [update, delete, truncate] = guarding(table);
    let constraint = names::object(Dialect::MySql, table, "is_only_added_to");
    fill(
        sql!("guard"),
        &[
            ("guard_update", &update),
            ("guard_delete", &delete),
            ("guard_truncate", &truncate),
            ("constraint", &backticked(&constraint.name)),
            ("table", &backticked(&table.name)),
            ("key", key),
            ("outside", &outside),
            ("refuse_update", &refuse("UPDATE")),
            ("refuse_delete", &refuse("DELETE")),
        ],
    )
}

/// What refuses UPDATE, DELETE and TRUNCATE.
fn guarding(table: &TableName) -> [String; 3] {
    let trigger = |role| names::object(Dialect::MySql, table, role);
    [
        trigger("guard_update"),
        trigger("guard_delete"),
        names::guard_table(Dialect::MySql, table),
    ]
    .map(|object| backticked(&object.name))
}

/// What lets a migration change the history, and what ends that.
pub(in crate::dialect) const MAINTENANCE: (&str, &str) = (
    "SET @continuum_maintenance = TRUE;\n",
    "SET @continuum_maintenance = NULL;\n",
);

//! What refuses writes: those that say too little, and those that change the history.

use super::{Dialect, PROVISIONAL, log_columns, pin};
use crate::log::{Log, Required};
use crate::names;
use crate::plan::Step;
use crate::versioned::VersionedTable;
use crate::write::{self, fill, ident, list, literal};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/postgres/", $file, ".sql"))
    };
}

/// The function that draws the id of a transaction, and refuses what says too little.
pub(super) fn transaction_id(log: &Log) -> String {
    let require = log.require.as_slice();
    let condition = |required: &Required| match required {
        Required::Transaction => "context IS NULL".to_owned(),
        Required::Actor => "coalesce(context ->> 'actor', '') = ''".to_owned(),
        Required::Reason => "coalesce(context ->> 'reason', '') = ''".to_owned(),
        Required::Column(column) => format!("context ->> {} IS NULL", literal(column)),
    };
    let lacks = list(require, "\n", |required| {
        format!(
            "WHEN {} THEN {}",
            condition(required),
            literal(&required.refusal())
        )
    });
    let (variables, check) = match require {
        [] => ("", String::new()),
        _ => (
            "\nlacks text;\nstack text;",
            fill(sql!("require"), &[("lacks", &lacks)]),
        ),
    };
    let columns = log.columns.as_slice();
    let function = fill(
        sql!("transaction_id"),
        &[
            ("require_variables", variables),
            ("column_variables", &log_columns::variables(columns)),
            ("require", check.trim_end()),
            ("read_columns", log_columns::read(columns).trim_end()),
            ("columns", &log_columns::names(columns)),
            ("values", &log_columns::values(columns)),
            ("provisional", PROVISIONAL),
            ("draw", sql!("draw").trim_end()),
        ],
    );
    function.trim_end().to_owned()
}

pub(super) fn guards(log: &Log, tables: &[&VersionedTable], with_log: bool) -> Vec<Step> {
    if !log.append_only {
        return Vec::new();
    }
    let outside = ("outside", sql!("guard_outside").trim_end());
    let mut up = String::new();
    let mut down = String::new();
    if with_log {
        up += &fill_once(sql!("guard_log"), outside);
        up += &pin(&["continuum_refuse_change()".to_owned()], false);
    }
    for table in tables {
        let guard = names::object(Dialect::Postgres, &table.version_table, "guard");
        let (guard, version) = (ident(&guard.name), write::table(&table.version_table));
        up += &fill(
            sql!("guard"),
            &[("guard", &guard), ("version", &version), outside],
        );
        down += &format!("DROP TRIGGER {guard} ON {version};\n");
    }
    if with_log {
        down += sql!("guard_log_down");
    }
    vec![Step {
        comment: crate::dialect::GUARDED.to_owned(),
        up,
        down,
    }]
}

/// There are other braces in it, and the placeholder stands there twice.
fn fill_once(template: &str, (name, value): (&str, &str)) -> String {
    template.replace(&format!("{{{name}}}"), value)
}

/// What lets a migration change the history, and what ends that.
pub(in crate::dialect) const MAINTENANCE: (&str, &str) = (
    "SET continuum.maintenance = 'on';\n",
    "RESET continuum.maintenance;\n",
);

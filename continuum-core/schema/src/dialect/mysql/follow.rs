//! Rows that foreign keys change or delete, for which no trigger fires.
//!
//! After the row that they refer to, their newest versions are compared with what there is now.

use super::column::{self, key_variable};
use super::guards;
use super::once::{self, Part};
use super::values::{Values, columns};
use crate::dialect::Dialect;
use crate::log::Log;
use crate::model::{ForeignKey, TableName};
use crate::names;
use crate::versioned::{Strategy, Tracking, VersionedTable};
use crate::write::{backticked, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

/// The foreign keys that can be followed: to columns that the history keeps, from rows whose key
/// fits a variable.
pub(super) fn followed(table: &VersionedTable) -> impl Iterator<Item = &ForeignKey> {
    let keys_fit = table.key().all(|column| key_variable(column).is_some());
    table.foreign_keys.iter().filter(move |key| {
        keys_fit
            && key
                .columns
                .iter()
                .all(|column| table.tracking(column) == Some(Tracking::Tracked))
    })
}

/// The index by which versions are found that refer to a row.
pub(super) fn index(table: &VersionedTable, key: &ForeignKey) -> String {
    backticked(&index_name(table, key))
}

fn index_name(table: &VersionedTable, key: &ForeignKey) -> String {
    let role = key.columns.join("_");
    names::object(Dialect::MySql, &table.version_table, &role).name
}

/// What makes indexes of a version table, and what drops them.
pub(super) struct Indexes {
    pub(super) create: String,
    pub(super) drop: String,
}

/// Those that `table` has for its foreign keys, and `other` has not.
pub(super) fn indexes(table: &VersionedTable, other: &VersionedTable) -> Indexes {
    let others: Vec<_> = followed(other).collect();
    let own = || followed(table).filter(|key| !others.contains(key));
    let version = backticked(&table.version_table.name);
    Indexes {
        create: list(own(), "", |key| {
            let name = index_name(table, key);
            let (index, columns) = (backticked(&name), key_columns(table, key));
            let create = format!("CREATE INDEX {index} ON {version} ({columns})");
            once::make(Part::Index, &table.version_table.name, &name, &create)
        }),
        drop: list(own(), "", |key| {
            let name = index_name(table, key);
            let drop = format!("DROP INDEX {} ON {version}", backticked(&name));
            once::drop(Part::Index, &table.version_table.name, &name, &drop)
        }),
    }
}

/// The tables that it refers to, each once.
pub(super) fn parents(table: &VersionedTable) -> Vec<&TableName> {
    let mut parents: Vec<_> = followed(table).map(|key| &key.parent).collect();
    parents.sort();
    parents.dedup();
    parents
}

/// The triggers on the tables that it refers to.
pub(super) fn triggers(table: &VersionedTable) -> String {
    parents(table)
        .into_iter()
        .map(|parent| {
            let keys = || followed(table).filter(|key| key.parent == *parent);
            let rows = |key: &ForeignKey, rekeyed: bool| {
                let values: Vec<_> = key
                    .parent_columns
                    .iter()
                    .map(|name| format!("OLD.{}", backticked(name)))
                    .collect();
                let again = if rekeyed {
                    rekeyed_call(table, key)
                } else {
                    String::new()
                };
                children(table, key, &values, &again)
            };
            let deleted: String = keys().map(|key| rows(key, false)).collect();
            let updated: String = keys()
                .map(|key| {
                    // As it is stored: the engine passes on a new spelling, too.
                    let same = list(&key.parent_columns, " AND ", |name| {
                        let name = backticked(name);
                        format!("CAST(NEW.{name} AS BINARY) <=> CAST(OLD.{name} AS BINARY)")
                    });
                    let rows = rows(key, true);
                    let rows = rows.trim_end().replace('\n', "\n    ");
                    format!("IF NOT ({same}) THEN\n    {rows}\nEND IF;\n")
                })
                .collect();
            let [delete, update] = names_of(table, parent);
            Values::new(table).fill_with(
                sql!("follow_triggers"),
                &[
                    ("parent", &backticked(&parent.name)),
                    ("delete", &delete),
                    ("update", &update),
                    ("deleted", deleted.trim_end()),
                    ("updated", updated.trim_end()),
                ],
            )
        })
        .collect()
}

pub(super) fn triggers_down(table: &VersionedTable) -> String {
    parents(table)
        .into_iter()
        .flat_map(|parent| names_of(table, parent))
        .map(|name| format!("DROP TRIGGER IF EXISTS {name};\n"))
        .collect()
}

fn names_of(table: &VersionedTable, parent: &TableName) -> [String; 2] {
    ["delete", "update"].map(|event| {
        let role = format!("{}_{event}", parent.name);
        backticked(&names::object(Dialect::MySql, &table.version_table, &role).name)
    })
}

/// Compares the rows of `table` whose newest version refers to the row with these values.
fn children(table: &VersionedTable, key: &ForeignKey, values: &[String], again: &str) -> String {
    let variables = variables(table, "continuum_child");
    let types = table.key().filter_map(key_variable);
    let mut declarations = list(variables.iter().zip(types), "\n", |(name, sql_type)| {
        format!("DECLARE {name} {sql_type};")
    });
    let refers = list(key.columns.iter().zip(values), " AND ", |(name, value)| {
        format!("v.{} = {value}", backticked(name))
    });
    let own = Values::new(table);
    let arguments = variables.join(", ");
    let mut fetched = arguments.clone();
    let (mut last, mut each_once, mut unless_gone) = ("", String::new(), String::new());
    // Not by the entry of the newest version: that of a row which has gone to another parent would be
    // locked as well, and whoever changes it waited for.
    match table.strategy {
        Strategy::Validity => each_once += " AND v.end_transaction_id IS NULL",
        Strategy::Subquery => {
            declarations += "\nDECLARE continuum_last BIGINT;";
            fetched += ", continuum_last";
            last = ", MAX(v.transaction_id)";
            each_once = format!("\nGROUP BY {}", own.get("v_key"));
            let key_is = list(table.key().zip(&variables), " AND ", |(c, variable)| {
                format!("{} = {variable}", column::of("v", c))
            });
            unless_gone = own.fill_with(sql!("follow_unless_gone"), &[("v_key_is", &key_is)]);
        }
    }
    own.fill_with(
        sql!("follow_children"),
        &[
            ("last", last),
            ("each_once", &each_once),
            ("unless_gone", unless_gone.trim_end()),
            ("declarations", &declarations),
            ("variables", &fetched),
            ("arguments", &arguments),
            ("refers", &refers),
            ("index", &index(table, key)),
            ("follow", &procedure_name(table)),
            ("again", again),
        ],
    )
}

/// Where the reference is part of the key, the row has another key now.
fn rekeyed_call(table: &VersionedTable, key: &ForeignKey) -> String {
    let variables = variables(table, "continuum_child");
    let mut rekeyed = false;
    let arguments = list(
        table.key().zip(variables),
        ", ",
        |(column, variable)| match key.columns.iter().position(|name| *name == column.name) {
            Some(index) => {
                rekeyed = true;
                format!("NEW.{}", backticked(&key.parent_columns[index]))
            }
            None => variable,
        },
    );
    if rekeyed {
        format!("CALL {}({arguments});", procedure_name(table))
    } else {
        String::new()
    }
}

fn variables(table: &VersionedTable, name: &str) -> Vec<String> {
    (1..=table.key().count())
        .map(|number| format!("{name}_{number}"))
        .collect()
}

fn procedure_name(table: &VersionedTable) -> String {
    backticked(&names::object(Dialect::MySql, &table.version_table, "follow").name)
}

/// The procedures of all tables.
pub(super) fn procedures(tables: &[VersionedTable], log: &Log) -> String {
    tables
        .iter()
        .filter(|table| followed(table).next().is_some())
        .map(|table| procedure(table, tables, log))
        .collect()
}

pub(super) fn drop_procedures(tables: &[VersionedTable]) -> String {
    tables
        .iter()
        .filter(|table| followed(table).next().is_some())
        .map(|table| format!("DROP PROCEDURE IF EXISTS {};\n", procedure_name(table)))
        .collect()
}

fn procedure(table: &VersionedTable, tables: &[VersionedTable], log: &Log) -> String {
    let values = Values::new(table);
    let (begin, end) = guards::around(&values, log);
    let variables = variables(table, "continuum_key");
    let types = table.key().filter_map(key_variable);
    let parameters = list(variables.iter().zip(types), ", ", |(name, sql_type)| {
        format!("{name} {sql_type}")
    });
    let key_is = |alias: &str| {
        list(table.key().zip(&variables), " AND ", |(c, variable)| {
            format!("{alias}{} = {variable}", backticked(&c.name))
        })
    };
    let [key, q_key, v_key, r_key] = ["", "q.", "v.", "r."].map(key_is);
    let has_end = table.strategy == Strategy::Validity;
    let reopen = if has_end {
        values.fill_with(sql!("reopen"), &[("v_key_is_row", &v_key)])
    } else {
        String::new()
    };
    let take_back = values.fill_with(
        sql!("take_back"),
        &[
            ("key_is_row", &key),
            ("q_key_is_row", &q_key),
            ("v_key_is_row", &v_key),
            ("reopen", reopen.trim_end()),
        ],
    );
    let settle = values.fill_with(
        sql!("settle"),
        &[
            ("v_key_is_new", &v_key),
            ("q_key_is_new", &q_key),
            ("reopen_new", reopen.trim_end()),
        ],
    );
    let claim = values.fill_with(
        sql!("claim"),
        &[
            ("row_key", &variables.join(", ")),
            ("operation", "IF(continuum_is, 0, 2)"),
            (
                "operation_again",
                "IF(continuum_is, IF(operation_type = 2, 0, 1), 2)",
            ),
            ("q_key_is_row", &q_key),
        ],
    );
    let close = if has_end {
        format!(
            "UPDATE {} AS v FORCE INDEX (PRIMARY) SET v.end_transaction_id = continuum_id\nWHERE {v_key} AND v.transaction_id = continuum_was DIV 4;",
            backticked(&table.version_table.name)
        )
    } else {
        String::new()
    };
    let take_r = list(table.tracked(), ", ", |c| {
        format!("{} = {}", column::of("v", c), column::of("r", c))
    });
    let v_is_r = list(table.tracked(), "\nAND ", |c| column::same("v", "r", c));
    let grandchildren: String = tables
        .iter()
        .flat_map(|child| {
            followed(child)
                .filter(|fk| fk.parent == table.table.name)
                .filter_map(|fk| {
                    let values = fk.parent_columns.iter().map(|name| {
                        let index = table.table.primary_key.iter().position(|key| key == name)?;
                        Some(variables[index].clone())
                    });
                    let values: Vec<_> = values.collect::<Option<_>>()?;
                    Some(children(child, fk, &values, ""))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    values.fill_with(
        sql!("follow"),
        &[
            ("follow", &procedure_name(table)),
            ("parameters", &parameters),
            ("begin", begin.trim_end()),
            ("end", &end),
            ("claim", claim.trim_end()),
            ("flag", &super::flag::newest(table, &q_key)),
            ("settle", settle.trim_end()),
            ("take_back", take_back.trim_end()),
            ("close", &close),
            ("q_key_is", &q_key),
            ("v_key_is", &v_key),
            ("r_key_is", &r_key),
            ("take_r", &take_r),
            ("v_is_r", &v_is_r),
            ("v_columns", values.get("v_columns")),
            ("children", grandchildren.trim_end()),
        ],
    )
}

/// The key columns of a foreign key, as SQL.
pub(super) fn key_columns(table: &VersionedTable, key: &ForeignKey) -> String {
    columns(
        key.columns
            .iter()
            .filter_map(|name| table.table.column(name)),
    )
}

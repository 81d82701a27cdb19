//! The procedure that moves a transaction to a fresh id.
//!
//! It could be called for every row that is changed, so every statement has open what it names, once
//! for each name: a table has one name here.

use super::column::{self, key_variable};
use super::values::Values;
use crate::dialect::Dialect;
use crate::log_column::LogColumn;
use crate::names;
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{backticked, fill, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

pub(super) fn procedure(tables: &[VersionedTable], columns: &[LogColumn]) -> String {
    if tables.is_empty() {
        return sql!("renew_down").to_owned();
    }
    let tables: String = tables.iter().map(table).collect();
    let copy = match columns {
        [] => String::new(),
        // Not through variables, which would have to have the types of the columns.
        _ => format!(
            "UPDATE continuum_transaction AS n JOIN continuum_transaction AS w ON w.id = continuum_was\n\
             SET {}\nWHERE n.id = continuum_id;",
            list(columns, ", ", |column| {
                let name = backticked(column.name());
                format!("n.{name} = w.{name}")
            })
        ),
    };
    fill(
        sql!("renew"),
        &[("copy_columns", &copy), ("tables", tables.trim_end())],
    )
}

fn table(table: &VersionedTable) -> String {
    let values = Values::new(table);
    let has_end = table.strategy == Strategy::Validity;
    let fitting: Option<Vec<_>> = table.key().map(key_variable).collect();
    let by_text = fitting.is_none();
    let types: Vec<_> = table
        .key()
        .map(|column| key_variable(column).unwrap_or("LONGTEXT CHARACTER SET utf8mb4"))
        .collect();
    let variable = |index: usize| format!("continuum_key_{}", index + 1);
    let declarations = list(types.iter().enumerate(), "\n", |(index, sql_type)| {
        format!("DECLARE {} {sql_type};", variable(index))
    });
    let variables = list(0..types.len(), ", ", variable);
    let is_variable = |alias: &str| {
        list(table.key().enumerate(), " AND ", |(index, c)| {
            format!("{} = {}", column::of(alias, c), variable(index))
        })
    };
    let moving = names::object(Dialect::MySql, &table.version_table, "moving");
    let moving = backticked(&moving.name);
    let is_moving = |alias: &str| {
        let key = list(table.key(), "", |c| {
            format!(" AND {} = {}", column::of(alias, c), column::of("m", c))
        });
        format!("m.continuum_row = 1{key}")
    };
    let own = [
        ("v_key_is_variable", is_variable("v")),
        ("q_key_is_variable", is_variable("q")),
        ("v_key_is_moving", is_moving("v")),
        ("q_key_is_moving", is_moving("q")),
        ("moving", moving.clone()),
        ("keys", declarations),
        ("key_variables", variables),
        (
            "previous",
            if has_end {
                "DECLARE continuum_previous BIGINT;".to_owned()
            } else {
                String::new()
            },
        ),
    ];
    let filled = |template: &str, move_end: &str| {
        let own: Vec<_> = own
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain(std::iter::once(("move_end", move_end)))
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .collect();
        values.fill_with(template, &own)
    };
    let (template, move_end) = if by_text {
        (sql!("renew_table_by_text"), sql!("move_end_by_text"))
    } else {
        (sql!("renew_table"), sql!("move_end"))
    };
    let move_end = if has_end {
        filled(move_end, "")
    } else {
        String::new()
    };
    filled(template, move_end.trim_end())
}

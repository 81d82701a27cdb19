//! The procedure that moves a transaction to a fresh id.

use super::column::{self, key_variable};
use super::values::Values;
use crate::versioned::{Strategy, VersionedTable};
use crate::write::{backticked, fill, list};

macro_rules! sql {
    ($file:literal) => {
        include_str!(concat!("../sql/mysql/", $file, ".sql"))
    };
}

pub(super) fn procedure(tables: &[VersionedTable]) -> String {
    if tables.is_empty() {
        return sql!("renew_down").to_owned();
    }
    let tables: String = tables.iter().map(table).collect();
    fill(sql!("renew"), &[("tables", tables.trim_end())])
}

fn table(table: &VersionedTable) -> String {
    let values = Values::new(table);
    let has_end = table.strategy == Strategy::Validity;
    let types: Option<Vec<_>> = table.key().map(key_variable).collect();
    let Some(types) = types else {
        let move_end = values.fill(if has_end {
            sql!("move_end_by_text")
        } else {
            ""
        });
        return values.fill_with(
            sql!("renew_table_by_text"),
            &[("move_end", move_end.trim_end())],
        );
    };
    let variable = |index: usize| format!("continuum_key_{}", index + 1);
    let declarations = list(types.iter().enumerate(), "\n", |(index, sql_type)| {
        format!("DECLARE {} {sql_type};", variable(index))
    });
    let variables = list(0..types.len(), ", ", variable);
    let key_is_variable = list(table.key().enumerate(), " AND ", |(index, c)| {
        format!("{} = {}", backticked(&c.name), variable(index))
    });
    let q_key_is_variable = list(table.key().enumerate(), " AND ", |(index, c)| {
        format!("{} = {}", column::of("q", c), variable(index))
    });
    let move_end = if has_end {
        values.fill_with(
            sql!("move_end"),
            &[
                ("q_key_is_variable", &q_key_is_variable),
                ("key_is_variable", &key_is_variable),
            ],
        )
    } else {
        String::new()
    };
    values.fill_with(
        sql!("renew_table"),
        &[
            ("keys", &declarations),
            (
                "previous",
                if has_end {
                    "DECLARE continuum_previous BIGINT;"
                } else {
                    ""
                },
            ),
            ("key_variables", &variables),
            ("key_is_variable", &key_is_variable),
            ("move_end", move_end.trim_end()),
        ],
    )
}

//! `[log]`: what holds for all tables, and the columns of the application's own in the log.

use super::{DescribedLog, pair};
use crate::config::in_order;
use crate::toml_file::string;
use continuum_schema::{Action, Column, Log, LogColumn, Reference, Required, SqlType, TableName};
use serde::{Deserialize, Deserializer, de};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogEntry {
    #[serde(default)]
    require: Vec<String>,
    #[serde(default)]
    append_only: bool,
    #[serde(default)]
    columns: Vec<ColumnEntry>,
    previous: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    name: String,
    rust_name: Option<String>,
    #[serde(rename = "type")]
    diesel_type: String,
    max_length: Option<u64>,
    sql_type: Option<String>,
    references: Option<ReferenceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceEntry {
    schema: Option<String>,
    table: String,
    column: String,
    #[serde(default, deserialize_with = "action")]
    on_delete: Action,
    #[serde(default, deserialize_with = "action")]
    on_update: Action,
}

fn action<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Action, D::Error> {
    let words = String::deserialize(deserializer)?;
    Action::from_words(&words)
        .ok_or_else(|| de::Error::custom(format!("no foreign key does `{words}`")))
}

impl LogEntry {
    pub(super) fn described(self) -> DescribedLog {
        let required = self
            .require
            .into_iter()
            .map(|word| Required::from_word(&word).unwrap_or(Required::Column(word)));
        DescribedLog {
            log: Log {
                require: in_order(required.collect()),
                append_only: self.append_only,
                columns: self.columns.into_iter().map(ColumnEntry::column).collect(),
            },
            previous: self.previous,
        }
    }
}

impl ColumnEntry {
    fn column(self) -> LogColumn {
        LogColumn {
            column: Column {
                rust_name: self.rust_name.unwrap_or_else(|| self.name.clone()),
                name: self.name,
                sql_type: SqlType::new(&self.diesel_type, self.max_length),
            },
            declared_type: self.sql_type,
            references: self.references.map(|entry| Reference {
                table: TableName {
                    schema: entry.schema,
                    name: entry.table,
                },
                column: entry.column,
                on_delete: entry.on_delete,
                on_update: entry.on_update,
            }),
        }
    }
}

pub(super) fn text(entry: &DescribedLog) -> String {
    let require: Vec<String> = entry
        .log
        .require
        .iter()
        .map(|required| string(required.as_str()))
        .collect();
    let previous = entry.previous.as_deref();
    let previous = previous.map(|previous| pair("previous", previous));
    let columns: String = entry.log.columns.iter().map(column_text).collect();
    let columns = match columns.as_str() {
        "" => String::new(),
        columns => format!("columns = [\n{columns}]\n"),
    };
    format!(
        "{}require = [{}]\nappend_only = {}\n{columns}",
        previous.unwrap_or_default(),
        require.join(", "),
        entry.log.append_only
    )
}

/// One line, so that a column is one line of a diff.
fn column_text(column: &LogColumn) -> String {
    let name = &column.column.name;
    let mut parts = vec![("name", string(name))];
    if column.column.rust_name != *name {
        parts.push(("rust_name", string(&column.column.rust_name)));
    }
    parts.push(("type", string(column.column.sql_type.tokens())));
    if let Some(length) = column.column.sql_type.max_length {
        parts.push(("max_length", length.to_string()));
    }
    if let Some(sql_type) = &column.declared_type {
        parts.push(("sql_type", string(sql_type)));
    }
    if let Some(reference) = &column.references {
        parts.push(("references", reference_text(reference)));
    }
    format!("  {},\n", inline(&parts))
}

fn reference_text(reference: &Reference) -> String {
    let mut parts = Vec::new();
    if let Some(schema) = &reference.table.schema {
        parts.push(("schema", string(schema)));
    }
    parts.push(("table", string(&reference.table.name)));
    parts.push(("column", string(&reference.column)));
    for (event, action) in [
        ("on_delete", reference.on_delete),
        ("on_update", reference.on_update),
    ] {
        if action != Action::default() {
            parts.push((event, string(action.as_str())));
        }
    }
    inline(&parts)
}

fn inline(parts: &[(&str, String)]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One of each kind.
    pub(in crate::state) fn columns() -> Vec<LogColumn> {
        let column = |name: &str, rust_name: &str, sql_type, max_length| Column {
            name: name.to_owned(),
            rust_name: rust_name.to_owned(),
            sql_type: SqlType::new(sql_type, max_length),
        };
        vec![
            LogColumn {
                column: column("user id", "user_id", "Nullable<BigInt>", None),
                declared_type: None,
                references: Some(Reference {
                    table: TableName {
                        schema: Some("auth".to_owned()),
                        name: "users".to_owned(),
                    },
                    column: "id".to_owned(),
                    on_delete: Action::SetNull,
                    on_update: Action::NoAction,
                }),
            },
            LogColumn {
                column: column("mood", "mood", "Nullable<Mood>", Some(9)),
                declared_type: Some("mood".to_owned()),
                references: None,
            },
        ]
    }
}

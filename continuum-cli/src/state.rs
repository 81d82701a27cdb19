//! The file `continuum.toml` in the directory of a migration: which tables the migration
//! versions, and how. It stands beside the SQL that it describes, so that it is reviewed,
//! merged and reverted with it.

mod log;
#[cfg(test)]
mod tests;

use self::log::LogEntry;
use crate::error::{Error, Result};
use crate::toml_file::{self, string};
use continuum_schema::{
    Column, Dialect, ForeignKey, Log, Options, SqlType, Strategy, Table, TableName, Tracking,
    VersionedTable,
};
use serde::{Deserialize, Deserializer, de};
use std::fmt::Write;
use std::path::Path;

/// Its name.
pub(crate) const FILE: &str = "continuum.toml";

/// What this version of continuum-cli writes, and the newest that it reads.
const FORMAT: u32 = 1;

const CURE: &str = "continuum-cli wrote this file; restore it from version control";

/// What one migration does to the versioned tables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) dialect: Dialect,
    /// Of the plan that the migration is.
    pub(crate) fingerprint: String,
    /// Whether the migration makes the transaction log.
    pub(crate) creates_log: bool,
    /// What holds for all tables, where the migration changes that.
    pub(crate) log: Option<DescribedLog>,
    /// Where it does not: the fingerprint of the migration that did last, if one did.
    pub(crate) after_log: Option<String>,
    /// The tables that were there, where the migration writes something for all of them.
    pub(crate) known: Vec<Known>,
    pub(crate) tables: Vec<Described>,
    pub(crate) stopped: Vec<Stopped>,
}

/// A table as the migration leaves it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Described {
    pub(crate) table: VersionedTable,
    /// The fingerprint of the migration that described it before; `None`: it was not versioned.
    pub(crate) previous: Option<String>,
}

/// What holds for all tables, as the migration leaves it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DescribedLog {
    pub(crate) log: Log,
    /// The fingerprint of the migration that described it before, if one did.
    pub(crate) previous: Option<String>,
}

/// A table as a migration has found it, with the fingerprint of the one that described it before.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) table: TableName,
    pub(crate) previous: String,
}

/// A table that the migration no longer versions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stopped {
    pub(crate) table: TableName,
    pub(crate) previous: String,
}

impl State {
    /// The state in a file that is there.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = toml_file::read_text(path)?;
        // First and by itself: of the rest of a newer format nothing is known.
        let Header { format } = toml_file::parse(&text, path, CURE)?;
        if format > FORMAT {
            return Err(Error::NewerState {
                path: path.to_owned(),
                format,
                known: FORMAT,
            });
        }
        let file: StateFile = toml_file::parse(&text, path, CURE)?;
        let tables = file
            .table
            .into_iter()
            .map(|entry| described(entry, path))
            .collect::<Result<_>>()?;
        let known = |entry: KnownEntry| {
            let (schema, name) = (entry.schema, entry.name);
            (TableName { schema, name }, entry.previous)
        };
        let stopped = file.stopped.into_iter().map(|entry| {
            let (table, previous) = known(entry);
            Stopped { table, previous }
        });
        Ok(Self {
            dialect: file.backend,
            fingerprint: file.fingerprint,
            creates_log: file.creates_log,
            log: file.log.map(LogEntry::described),
            after_log: file.after_log,
            known: (file.known.into_iter())
                .map(|entry| {
                    let (table, previous) = known(entry);
                    Known { table, previous }
                })
                .collect(),
            tables,
            stopped: stopped.collect(),
        })
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "# Written by continuum-cli with the up.sql beside it: what that migration versions, and how.\n\
             # The next `continuum-cli gen-migrations` starts from it. Commit it.\n\
             format = {FORMAT}\n\
             backend = {}\n\
             fingerprint = {}\n",
            string(self.dialect.as_str()),
            string(&self.fingerprint),
        );
        if self.creates_log {
            text.push_str("creates_log = true\n");
        }
        if let Some(fingerprint) = &self.after_log {
            text.push_str(&pair("after_log", fingerprint));
        }
        text.push_str(&known_text(&self.known));
        if let Some(entry) = &self.log {
            text.push_str("\n[log]\n");
            text.push_str(&log::text(entry));
        }
        for entry in &self.tables {
            text.push_str("\n[[table]]\n");
            text.push_str(&table_text(entry));
        }
        for entry in &self.stopped {
            text.push_str("\n[[stopped]]\n");
            text.push_str(&name_text(&entry.table));
            text.push_str(&pair("previous", &entry.previous));
        }
        text
    }
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    #[serde(rename = "format")]
    _format: u32,
    #[serde(deserialize_with = "dialect")]
    backend: Dialect,
    fingerprint: String,
    #[serde(default)]
    creates_log: bool,
    after_log: Option<String>,
    #[serde(default)]
    known: Vec<KnownEntry>,
    log: Option<LogEntry>,
    #[serde(default)]
    table: Vec<TableEntry>,
    #[serde(default)]
    stopped: Vec<KnownEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    schema: Option<String>,
    name: String,
    rust_name: Option<String>,
    version_table: String,
    #[serde(deserialize_with = "strategy")]
    strategy: Strategy,
    #[serde(default)]
    track_changes: bool,
    primary_key: Vec<String>,
    previous: Option<String>,
    columns: Vec<ColumnEntry>,
    #[serde(default)]
    foreign_keys: Vec<ForeignKeyEntry>,
}

/// Where foreign keys have to be known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForeignKeyEntry {
    columns: Vec<String>,
    parent: String,
    parent_columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    name: String,
    rust_name: Option<String>,
    #[serde(rename = "type")]
    sql_type: String,
    max_length: Option<u64>,
    #[serde(default)]
    tracking: TrackingWord,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum TrackingWord {
    #[default]
    Tracked,
    Hidden,
    Excluded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownEntry {
    schema: Option<String>,
    name: String,
    previous: String,
}

fn dialect<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Dialect, D::Error> {
    let word = String::deserialize(deserializer)?;
    Dialect::from_word(&word)
        .ok_or_else(|| de::Error::custom(format!("no engine has the name `{word}`")))
}

fn strategy<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Strategy, D::Error> {
    let word = String::deserialize(deserializer)?;
    Strategy::from_word(&word)
        .ok_or_else(|| de::Error::custom(format!("no strategy has the name `{word}`")))
}

fn described(entry: TableEntry, path: &Path) -> Result<Described> {
    let rust_name = |own: Option<String>, name: &str| own.unwrap_or_else(|| name.to_owned());
    let with = |tracking: TrackingWord| -> Vec<String> {
        let columns = entry.columns.iter();
        columns
            .filter(|column| column.tracking == tracking)
            .map(|column| rust_name(column.rust_name.clone(), &column.name))
            .collect()
    };
    let options = Options {
        exclude: with(TrackingWord::Excluded),
        include: None,
        hidden: with(TrackingWord::Hidden),
        version_table: Some(entry.version_table),
        strategy: entry.strategy,
        track_changes: entry.track_changes,
    };
    let columns = entry.columns.into_iter().map(|column| Column {
        rust_name: rust_name(column.rust_name, &column.name),
        name: column.name,
        sql_type: SqlType::new(&column.sql_type, column.max_length),
    });
    let table = Table {
        columns: columns.collect(),
        primary_key: entry.primary_key,
        rust_name: rust_name(entry.rust_name, &entry.name),
        name: TableName {
            schema: entry.schema,
            name: entry.name,
        },
    };
    let foreign_keys = entry.foreign_keys.into_iter().map(|key| ForeignKey {
        table: table.name.clone(),
        columns: key.columns,
        parent: table.name.sibling(key.parent),
        parent_columns: key.parent_columns,
    });
    let foreign_keys = foreign_keys.collect();
    let mut table =
        VersionedTable::new(table, &options).map_err(|errors| Error::ImpossibleState {
            path: path.to_owned(),
            why: errors.iter().map(|error| error.to_string()).collect(),
        })?;
    table.foreign_keys = foreign_keys;
    Ok(Described {
        table,
        previous: entry.previous,
    })
}

/// One line for each, so that branches are merged line by line.
fn known_text(tables: &[Known]) -> String {
    let line = |known: &Known| {
        let schema = known.table.schema.as_deref();
        let schema = schema.map(|schema| format!("schema = {}, ", string(schema)));
        format!(
            "  {{ {}name = {}, previous = {} }},\n",
            schema.unwrap_or_default(),
            string(&known.table.name),
            string(&known.previous)
        )
    };
    match tables {
        [] => String::new(),
        _ => format!(
            "known = [\n{}]\n",
            tables.iter().map(line).collect::<String>()
        ),
    }
}

fn table_text(entry: &Described) -> String {
    let table = &entry.table.table;
    let mut text = name_text(&table.name);
    if table.rust_name != table.name.name {
        text.push_str(&pair("rust_name", &table.rust_name));
    }
    text.push_str(&pair("version_table", &entry.table.version_table.name));
    text.push_str(&pair("strategy", entry.table.strategy.as_str()));
    if entry.table.track_changes {
        text.push_str("track_changes = true\n");
    }
    if let Some(previous) = &entry.previous {
        text.push_str(&pair("previous", previous));
    }
    let key: Vec<String> = table.primary_key.iter().map(|name| string(name)).collect();
    let columns: String = table
        .columns
        .iter()
        .map(|column| column_text(column, entry.table.tracking(&column.name)))
        .collect();
    let foreign_keys: String = entry
        .table
        .foreign_keys
        .iter()
        .map(foreign_key_text)
        .collect();
    text += &format!(
        "primary_key = [{}]\ncolumns = [\n{columns}]\n",
        key.join(", ")
    );
    if !foreign_keys.is_empty() {
        text += &format!("foreign_keys = [\n{foreign_keys}]\n");
    }
    text
}

fn foreign_key_text(key: &ForeignKey) -> String {
    let list = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| string(name)).collect();
        names.join(", ")
    };
    format!(
        "  {{ columns = [{}], parent = {}, parent_columns = [{}] }},\n",
        list(&key.columns),
        string(&key.parent.name),
        list(&key.parent_columns)
    )
}

/// One line, so that a changed column is one line of a diff.
fn column_text(column: &Column, tracking: Option<Tracking>) -> String {
    let mut text = format!("  {{ name = {}", string(&column.name));
    let mut add = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = write!(text, ", {key} = {value}");
    };
    if column.rust_name != column.name {
        add("rust_name", &string(&column.rust_name));
    }
    add("type", &string(column.sql_type.tokens()));
    if let Some(max_length) = column.sql_type.max_length {
        add("max_length", &max_length.to_string());
    }
    match tracking {
        Some(Tracking::Hidden) => add("tracking", &string("hidden")),
        Some(Tracking::Excluded) => add("tracking", &string("excluded")),
        Some(Tracking::Tracked) | None => {}
    }
    text.push_str(" },\n");
    text
}

fn name_text(name: &TableName) -> String {
    let schema = name.schema.as_deref().map(|schema| pair("schema", schema));
    schema.unwrap_or_default() + &pair("name", &name.name)
}

fn pair(key: &str, value: &str) -> String {
    format!("{key} = {}\n", string(value))
}

//! The Rust source of the application: its schema and its models.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::installed::Installed;
use continuum_schema::parse::{self, DeclaredColumn, Model, SourceError};
use continuum_schema::{Dialect, Error as SchemaError, LogColumn, TableName, VersionedTable};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};
use walkdir::{DirEntry, WalkDir};

/// The versioned tables that the source describes, and where it does.
#[derive(Debug)]
pub(crate) struct Source {
    tables: Vec<VersionedTable>,
    places: Vec<(TableName, Model)>,
    /// Columns of the application's own in the transaction log, and where they are declared.
    columns: Vec<LogColumn>,
    declared: Vec<DeclaredColumn>,
}

impl Source {
    /// Reads all files, and says every mistake in them.
    pub(crate) fn read(config: &Config, dialect: Dialect) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut tables = Vec::new();
        let mut referring = Vec::new();
        for path in &config.schema {
            let text = text(path)?;
            match parse::tables(&text, &shown(path)) {
                Err(more) => mistakes.extend(more),
                Ok(more) => {
                    tables.extend(more);
                    let read = parse::joinable(&text, &shown(path));
                    collect(&mut referring, &mut mistakes, read);
                }
            }
        }
        let whole_schema = mistakes.is_empty();
        let mut models = Vec::new();
        for path in rust_files(&config.models)? {
            let read = parse::models(&text(&path)?, &shown(&path));
            collect(&mut models, &mut mistakes, read);
        }
        let mut declared = Vec::new();
        let places = config.schema.iter().chain(&config.models).cloned();
        for path in rust_files(&places.collect::<Vec<_>>())? {
            let text = text(&path)?;
            let read = parse::transaction_columns(&text, &shown(&path));
            collect(&mut declared, &mut mistakes, read);
            let read = parse::foreign_key(&text, &shown(&path));
            collect(&mut referring, &mut mistakes, read);
        }
        let mut columns = Vec::new();
        let mut versioned = Vec::new();
        let mut foreign_keys = Vec::new();
        // In half a schema, tables would be missed that are there.
        if whole_schema {
            let joined = parse::versioned_tables(&tables, &models);
            collect(&mut versioned, &mut mistakes, joined);
            let joined = parse::foreign_keys(&tables, &referring, &versioned);
            collect(&mut foreign_keys, &mut mistakes, joined);
            let joined = parse::log_columns(&tables, &declared);
            collect(&mut columns, &mut mistakes, joined);
        }
        if !mistakes.is_empty() {
            return Err(Error::Source(mistakes));
        }
        let places = models.into_iter().filter_map(|model| {
            let alone = parse::versioned_tables(&tables, std::slice::from_ref(&model)).ok()?;
            Some((alone.first()?.table.name.clone(), model))
        });
        Ok(Self {
            places: places.collect(),
            columns,
            declared,
            tables: versioned
                .into_iter()
                .map(|table| table.with_foreign_keys(&foreign_keys, dialect))
                .collect(),
        })
    }

    pub(crate) fn tables(&self) -> &[VersionedTable] {
        &self.tables
    }

    /// The columns of the application's own in the transaction log.
    pub(crate) fn columns(&self) -> &[LogColumn] {
        &self.columns
    }

    /// What is wrong with the tables, at the structs that version them, and with columns of the
    /// transaction log, where they are declared.
    pub(crate) fn mistakes(&self, errors: &[SchemaError]) -> Error {
        let mistakes = errors.iter().map(|error| {
            if let SchemaError::LogColumn { column, .. } = error {
                let mut declared = self.declared.iter();
                if let Some(found) = declared.find(|found| found.name() == column) {
                    return found.mistake(error.to_string());
                }
            }
            let table = match error {
                SchemaError::VersionTableTaken { table, .. }
                | SchemaError::VersionTableNameTooLong { table, .. }
                | SchemaError::OtherSchema { table }
                | SchemaError::CannotFollow { table, .. } => Some(table),
                _ => None,
            };
            self.mistake(table, error.to_string())
        });
        Error::Source(mistakes.collect())
    }

    /// A history that was stopped is there still; a new one cannot have its name.
    pub(crate) fn check_stopped(&self, installed: Option<&Installed>) -> Result<()> {
        let Some(installed) = installed else {
            return Ok(());
        };
        let new = self
            .tables
            .iter()
            .filter(|table| installed.fingerprint(&table.table.name).is_none());
        let mistakes: Vec<SourceError> = new
            .filter_map(|table| {
                let stopped_by = installed.stopped_by(&table.version_table)?;
                let message = format!(
                    "the version table of {} would be {}, which is there already and keeps the \
                     history that {} stopped; remove that migration where it was never run, or \
                     begin a new history under another `#[versioned(table_name = …)]`",
                    table.table.name,
                    table.version_table,
                    stopped_by.display()
                );
                Some(self.mistake(Some(&table.table.name), message))
            })
            .collect();
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(Error::Source(mistakes))
        }
    }

    fn mistake(&self, table: Option<&TableName>, message: String) -> SourceError {
        let place = self.places.iter().find(|(name, _)| Some(name) == table);
        match place {
            Some((_, model)) => SourceError {
                file: Some(model.file.clone()),
                line: model.line,
                column: model.column,
                message,
            },
            None => SourceError {
                file: None,
                line: 0,
                column: 0,
                message,
            },
        }
    }
}

fn collect<T>(
    all: &mut Vec<T>,
    mistakes: &mut Vec<SourceError>,
    read: Result<Vec<T>, Vec<SourceError>>,
) {
    match read {
        Ok(more) => all.extend(more),
        // A file that is not Rust is read for several things.
        Err(more) => {
            for mistake in more {
                if !mistakes.contains(&mistake) {
                    mistakes.push(mistake);
                }
            }
        }
    }
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The files that are named, and every .rs file of the directories that are; each once, sorted.
fn rust_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = BTreeMap::new();
    for path in paths {
        let entries = WalkDir::new(path)
            .follow_links(true)
            .into_iter()
            .filter_entry(may_hold_source);
        for entry in entries {
            let entry = entry.map_err(|error| Error::Read {
                path: error.path().unwrap_or(path).to_owned(),
                source: io::Error::from(error),
            })?;
            let is_rust = entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "rs");
            if entry.file_type().is_file() && (is_rust || entry.depth() == 0) {
                let path = entry.into_path();
                let unique = path.canonicalize().map_err(|source| Error::Read {
                    path: path.clone(),
                    source,
                })?;
                files.entry(unique).or_insert(path);
            }
        }
    }
    Ok(files.into_values().collect())
}

/// Not the hidden directories, nor cargo's target directory, which holds generated source.
fn may_hold_source(entry: &DirEntry) -> bool {
    let hidden = entry.file_name().to_string_lossy().starts_with('.');
    entry.depth() == 0 || !(hidden || entry.path().join("CACHEDIR.TAG").is_file())
}

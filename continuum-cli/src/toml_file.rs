//! Reading a TOML file, with errors that say where.

use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use std::fs;
use std::path::Path;

/// The file as `T`; `cure` says what to do where it is not.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, cure: &'static str) -> Result<T> {
    parse(&read_text(path)?, path, cure)
}

/// The text of a file that has to be there.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// The same of a text that is from `path`.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, path: &Path, cure: &'static str) -> Result<T> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        Error::Toml {
            path: path.to_owned(),
            line,
            column,
            message: error.message().to_owned(),
            cure,
        }
    })
}

/// The line and the column, both from 1, of what begins at this byte.
pub(crate) fn place(text: &str, start: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// A TOML string that says `text`.
pub(crate) fn string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

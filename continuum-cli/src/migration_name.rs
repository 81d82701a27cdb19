//! What a migration is called.

use crate::changes::Changes;
use crate::error::{Error, Result};
use std::fmt;

/// File systems take 255 bytes; the timestamp and a name that is read need less.
const MOST_CHARS: usize = 60;

/// The part of a migration's directory name behind the timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MigrationName(String);

impl MigrationName {
    /// The name that was asked for. Diesel takes whatever the file system takes; what one file
    /// system takes and another does not is refused here.
    pub(crate) fn given(name: &str) -> Result<Self> {
        let good = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 200 || !name.chars().all(good) {
            return Err(Error::BadName {
                name: name.to_owned(),
            });
        }
        Ok(Self(name.to_owned()))
    }

    /// A name that says what the migration does.
    pub(crate) fn of(changes: &Changes<'_>) -> Self {
        let names = |tables: &[_]| -> Vec<String> {
            let tables: &[&continuum_schema::VersionedTable] = tables;
            tables.iter().map(|t| t.table.name.name.clone()).collect()
        };
        let (verb, first, count) = [
            ("version", names(&changes.added)),
            ("change_versions_of", names(&changes.changed)),
            ("stop_versions_of", names(&changes.stopped)),
            ("guard_versions_of", names(&changes.behind)),
        ]
        .into_iter()
        .find(|(_, tables)| !tables.is_empty())
        .map(|(verb, tables)| (verb, tables, changes.count()))
        .unwrap_or_else(|| {
            let verb = match changes.log {
                Some(_) => "change_what_histories_refuse",
                None => "merge_what_histories_share",
            };
            (verb, Vec::new(), 0)
        });
        let of = match first.as_slice() {
            [] => String::new(),
            [one] if count == 1 => format!("_{one}"),
            [one, other] if count == 2 => format!("_{one}_and_{other}"),
            [one, ..] => format!("_{one}_and_{}_more", count - 1),
        };
        let name = format!("{verb}{of}");
        let clean = |c: char| if c.is_alphanumeric() { c } else { '_' };
        Self(name.chars().map(clean).take(MOST_CHARS).collect())
    }
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

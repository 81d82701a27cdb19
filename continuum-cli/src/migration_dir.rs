//! The directory of the migrations: those that are there, and putting one more behind them.

use crate::error::{Error, Result};
use crate::migration_name::MigrationName;
use crate::state::{self, State};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Diesel CLI's `TIMESTAMP_FORMAT`.
const TIMESTAMP: &str = "%Y-%m-%d-%H%M%S";

/// How every up.sql of continuum's begins.
const SIGNATURE: &str = "-- Written by continuum";

/// The directory, as it was when it was read.
#[derive(Debug)]
pub(crate) struct MigrationDir {
    path: PathBuf,
    migrations: Vec<Migration>,
}

/// A migration that is there.
#[derive(Debug)]
pub(crate) struct Migration {
    path: PathBuf,
    name: String,
}

impl MigrationDir {
    /// The directory with its migrations in the order in which Diesel applies them. One that is
    /// not there yet has none.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let unreadable = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let mut migrations = Vec::new();
        if path.exists() {
            for entry in fs::read_dir(path).map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // As Diesel tells them.
                if !name.starts_with('.') && entry.path().is_dir() {
                    migrations.push(Migration {
                        path: path.join(entry.file_name()),
                        name,
                    });
                }
            }
        }
        migrations.sort_by_cached_key(|migration| (migration.version(), migration.name.clone()));
        let of_dirs = migrations.iter().filter(|dir| dir.holds_migrations());
        let names: Vec<String> = of_dirs.map(|dir| dir.name.clone()).collect();
        if !names.is_empty() && !migrations.iter().any(Migration::has_up) {
            return Err(Error::DirOfDirs {
                path: path.to_owned(),
                names,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            migrations,
        })
    }

    pub(crate) fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The path of one more migration, such that Diesel applies it after all that are there.
    pub(crate) fn next(&self, name: &MigrationName, now: DateTime<Utc>) -> PathBuf {
        let stamp = stamp_after(self.migrations.last(), now.naive_utc());
        self.path.join(format!("{stamp}_{name}"))
    }

    /// Writes a migration, whole or not at all.
    pub(crate) fn write(&self, migration: &Path, files: &[(&str, String)]) -> Result<()> {
        // Diesel passes over directories that begin with a dot.
        let unfinished = self.path.join(format!(".continuum-{}", std::process::id()));
        let written = fs::create_dir_all(&self.path)
            .and_then(|()| fs::create_dir(&unfinished))
            .and_then(|()| fill(&unfinished, files))
            .and_then(|()| rename(&unfinished, migration));
        written.map_err(|source| {
            // What is wrong is said by the first error.
            let _ = fs::remove_dir_all(&unfinished);
            Error::Write {
                path: migration.to_owned(),
                source,
            }
        })
    }
}

impl Migration {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn state_path(&self) -> PathBuf {
        self.path.join(state::FILE)
    }

    /// What the migration does to the versioned tables; `None`: it is not continuum's.
    pub(crate) fn state(&self) -> Result<Option<State>> {
        let (up, state) = (self.path.join("up.sql"), self.state_path());
        match (up.is_file(), state.is_file()) {
            (true, true) => State::read(&state).map(Some),
            (false, true) => Err(Error::StateWithoutUp {
                migration: self.path.clone(),
            }),
            (true, false) if is_signed(&up)? => Err(Error::UpWithoutState {
                migration: self.path.clone(),
            }),
            (_, false) => Ok(None),
        }
    }

    fn has_up(&self) -> bool {
        self.path.join("up.sql").is_file()
    }

    /// Whether this is rather a directory like the one it is in, as programs for several engines
    /// have them.
    fn holds_migrations(&self) -> bool {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .any(|path| path.join("up.sql").is_file())
    }

    /// What Diesel sorts by, and keeps in `__diesel_schema_migrations`.
    fn version(&self) -> String {
        version(&self.name)
    }
}

/// As in Diesel's migrations_internals: up to the first `_`, without `-`.
fn version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// The timestamp, with Diesel's `-0000`, that sorts after the newest migration: now, or a second
/// after the newest. Migrations with other names than timestamps (`3_users`) can sort after every
/// timestamp; the new one then begins as they do (`3-2026-01-31-120000-0000`).
fn stamp_after(newest: Option<&Migration>, now: NaiveDateTime) -> String {
    let stamp = |time: NaiveDateTime| format!("{}-0000", time.format(TIMESTAMP));
    let now = stamp(now);
    let Some(newest) = newest else {
        return now;
    };
    let last = newest.version();
    let second_later = last
        .get(..14)
        .and_then(|digits| NaiveDateTime::parse_from_str(digits, "%Y%m%d%H%M%S").ok())
        .map(|time| stamp(time + Duration::seconds(1)));
    let number = newest.name.split('_').next().unwrap_or_default();
    let ends = number.match_indices('-').map(|(dash, _)| dash);
    let prefixed = ends
        .chain([number.len()])
        .map(|end| format!("{}-{now}", &number[..end]));
    [now.clone()]
        .into_iter()
        .chain(second_later)
        .chain(prefixed)
        .find(|candidate| version(candidate) > last)
        .unwrap_or(now)
}

fn is_signed(up: &Path) -> Result<bool> {
    let mut start = Vec::new();
    fs::File::open(up)
        .and_then(|file| file.take(SIGNATURE.len() as u64).read_to_end(&mut start))
        .map_err(|source| Error::Read {
            path: up.to_owned(),
            source,
        })?;
    Ok(start == SIGNATURE.as_bytes())
}

fn fill(dir: &Path, files: &[(&str, String)]) -> io::Result<()> {
    files
        .iter()
        .try_for_each(|(name, text)| fs::write(dir.join(name), text))
}

/// On Unix a rename would replace an empty directory.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists));
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(newest: &str) -> String {
        let now = NaiveDateTime::parse_from_str("2026-01-31-120000", TIMESTAMP).unwrap();
        let newest = Migration {
            path: PathBuf::new(),
            name: newest.to_owned(),
        };
        let stamp = stamp_after(Some(&newest), now);
        assert!(version(&stamp) > newest.version(), "{stamp}");
        stamp
    }

    #[test]
    fn a_migration_has_the_time_at_which_it_was_written() {
        for older in [
            "2026-01-31-115959-0000_posts",
            "20260131115959_posts",
            "00000000000000_diesel_initial_setup",
            "0002_posts",
        ] {
            assert_eq!(after(older), "2026-01-31-120000-0000", "{older}");
        }
    }

    #[test]
    fn a_migration_of_the_same_second_or_of_the_future_is_followed_by_a_second() {
        assert_eq!(
            after("2026-01-31-120000-0000_posts"),
            "2026-01-31-120001-0000"
        );
        assert_eq!(
            after("2026-01-31-120000-0007_posts"),
            "2026-01-31-120001-0000"
        );
        assert_eq!(after("20301231235959_posts"), "2031-01-01-000000-0000");
    }

    #[test]
    fn a_migration_that_is_not_named_by_a_time_is_followed_too() {
        assert_eq!(after("3_posts"), "3-2026-01-31-120000-0000");
        assert_eq!(after("v3_posts"), "v3-2026-01-31-120000-0000");
        // The second one does not grow.
        assert_eq!(
            after("3-2026-01-30-120000-0000_version_posts"),
            "3-2026-01-31-120000-0000"
        );
        assert_eq!(
            after("99999999999999_seed"),
            "99999999999999-2026-01-31-120000-0000"
        );
    }
}

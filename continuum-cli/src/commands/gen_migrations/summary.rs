//! What `gen-migrations` tells of what it did.

use crate::changes::Changes;
use crate::config::{Config, Engine};
use continuum_schema::{Column, LOG_TABLE, Log, LogColumn, Required, VersionedTable};
use std::path::{Path, PathBuf};

pub(super) struct Summary<'a> {
    pub(super) config: &'a Config,
    pub(super) engine: &'a Engine,
    pub(super) changes: &'a Changes<'a>,
}

impl Summary<'_> {
    /// There was nothing to do.
    pub(super) fn nothing(&self, wanted: &[VersionedTable]) -> String {
        let dir = self.config.migrations_dir.display();
        match wanted {
            [] => format!(
                "nothing to do: no struct under {} derives `Versioned`\n\
                 Add it to the derives of a struct with `#[diesel(table_name = …)]`, or name \
                 another place with --models.\n",
                paths(&self.config.models)
            ),
            [_] => format!(
                "nothing to do: the versioned table is as the migrations in {dir}/ leave it\n"
            ),
            _ => format!(
                "nothing to do: the {} versioned tables are as the migrations in {dir}/ leave them\n",
                wanted.len()
            ),
        }
    }

    /// The files of a migration, one after the other.
    pub(super) fn files(&self, migration: &Path, files: &[(&str, String)]) -> String {
        let file = |(name, text): &(&str, String)| {
            // Each header is a comment in the language of its file.
            let mark = if name.ends_with(".sql") { "--" } else { "#" };
            format!(
                "{mark} ==== {} ====\n{text}",
                migration.join(name).display()
            )
        };
        let files: Vec<String> = files.iter().map(file).collect();
        files.join("\n")
    }

    /// A migration was written.
    pub(super) fn written(&self, migration: &Path) -> String {
        format!(
            "wrote {migration} ({dialect}, from {named_by})\n\
             \n  \
             up.sql          makes what is listed below\n  \
             down.sql        takes it back\n  \
             continuum.toml  says what is versioned; the next gen-migrations starts from it\n\
             \n\
             {changes}\
             \n\
             next: read up.sql, then `diesel migration run`\n",
            migration = migration.display(),
            dialect = self.engine.dialect,
            named_by = self.engine.named_by,
            changes = self.changes(),
        )
    }

    fn changes(&self) -> String {
        let lines =
            |verb: &str, tables: &[&VersionedTable], line: fn(&VersionedTable) -> String| {
                let lines = tables
                    .iter()
                    .map(|table| format!("  {verb:<7} {}\n", line(table)));
                lines.collect::<String>()
            };
        let Changes {
            added,
            changed,
            stopped,
            behind,
            unshared,
            log,
        } = self.changes;
        let merge = match unshared {
            true => "  merge   what all histories share, for the tables of all branches\n",
            false => "",
        };
        let (gained, lost) = self.changes.columns();
        let columns = |verb: &str, columns: Vec<&LogColumn>| {
            let lines = columns
                .iter()
                .map(|column| format!("  {verb:<7} {} of {LOG_TABLE}\n", column.name()));
            lines.collect::<String>()
        };
        lines("version", added, kept)
            + &lines("change", changed, kept)
            + &lines("stop", stopped, |table| {
                format!(
                    "{}; its history stays in {}",
                    table.table.name, table.version_table
                )
            })
            + &lines("guard", behind, |table| {
                format!(
                    "{}; it was versioned on a branch that did not know what histories refuse",
                    table.table.name
                )
            })
            + merge
            + &columns("add", gained)
            + &columns("drop", lost)
            + &log
                .map(|(before, after)| refused(before, after))
                .unwrap_or_default()
    }
}

/// What the database refuses after the migration, and did not before, or the other way round.
fn refused(before: &Log, after: &Log) -> String {
    let mut lines = String::new();
    if before.require != after.require {
        let require = match after.require.as_slice() {
            [] => "nothing of a change".to_owned(),
            all => all
                .iter()
                .map(Required::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        };
        lines += &format!("  require {require}\n");
    }
    if before.append_only != after.append_only {
        let history = if after.append_only {
            "histories are only added to"
        } else {
            "histories may be changed"
        };
        lines += &format!("  {:<7} {history}\n", "guard");
    }
    lines
}

fn kept(table: &VersionedTable) -> String {
    let flags = table.track_changes.then(|| "track_changes".to_owned());
    let exceptions = [
        ("hidden", names(table.hidden())),
        ("excluded", names(table.excluded())),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{what}: {names}"));
    let said: Vec<String> = exceptions.chain(flags).collect();
    let kept = format!("{} in {}", table.table.name, table.version_table);
    match said.as_slice() {
        [] => kept,
        _ => format!("{kept} ({})", said.join("; ")),
    }
}

fn names<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    columns
        .map(|column| column.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn paths(paths: &[PathBuf]) -> String {
    let shown = paths.iter().map(|path| path.display().to_string());
    shown.collect::<Vec<_>>().join(", ")
}

//! What continuum needs of diesel.toml. The rest is Diesel's to check.

use super::beside;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::toml_file;
use serde::Deserialize;
use std::path::PathBuf;

const CURE: &str =
    "Diesel CLI cannot read it either: https://diesel.rs/guides/configuring-diesel-cli";

#[derive(Debug, Default)]
pub(super) struct DieselToml {
    /// The `file` of `[print_schema]` and of every `[print_schema.…]`.
    pub(super) schema: Vec<PathBuf>,
    pub(super) migrations_dir: Option<PathBuf>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    print_schema: toml::Table,
    migrations_directory: Option<MigrationsDirectory>,
}

#[derive(Deserialize)]
struct MigrationsDirectory {
    dir: PathBuf,
}

impl DieselToml {
    pub(super) fn of(project: &Project) -> Result<Self> {
        let path = match project.variable("DIESEL_CONFIG_FILE") {
            Some(path) => {
                let path = PathBuf::from(path);
                if !path.is_file() {
                    return Err(Error::NoDieselConfig { path });
                }
                path
            }
            None => match project.root().map(|root| root.join("diesel.toml")) {
                Some(path) if path.is_file() => project.short(&path),
                _ => return Ok(Self::default()),
            },
        };
        let file: File = toml_file::read(&path, CURE)?;
        let mut schema: Vec<PathBuf> = Vec::new();
        let sections = file
            .print_schema
            .iter()
            // `filter` is the one setting that is a table itself.
            .filter(|(name, _)| *name != "filter")
            .filter_map(|(_, section)| section.as_table());
        for section in [&file.print_schema].into_iter().chain(sections) {
            if let Some(named) = section.get("file").and_then(toml::Value::as_str) {
                let named = beside(project, &path, named.as_ref());
                if !schema.contains(&named) {
                    schema.push(named);
                }
            }
        }
        let migrations_dir = file
            .migrations_directory
            .map(|section| beside(project, &path, &section.dir));
        Ok(Self {
            schema,
            migrations_dir,
        })
    }
}

//! `continuum.toml` beside diesel.toml: settings that diesel.toml would refuse.

use super::{SETTINGS_FILE, beside};
use crate::error::Result;
use crate::project::Project;
use crate::toml_file;
use continuum_schema::Dialect;
use serde::{Deserialize, Deserializer, de};
use std::path::PathBuf;
use toml::Spanned;

const CURE: &str = "`continuum-cli gen-migrations --help` lists the settings";

/// The settings; nothing where there is no such file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ContinuumToml {
    #[serde(deserialize_with = "dialect")]
    pub(super) backend: Option<Dialect>,
    #[serde(deserialize_with = "one_or_more")]
    pub(super) schema: Vec<PathBuf>,
    #[serde(deserialize_with = "one_or_more")]
    pub(super) models: Vec<PathBuf>,
    pub(super) migrations_dir: Option<PathBuf>,
    pub(super) require: Vec<Spanned<String>>,
    pub(super) append_only: bool,
}

impl ContinuumToml {
    pub(super) fn of(project: &Project) -> Result<Self> {
        let Some(path) = project.root().map(|root| root.join(SETTINGS_FILE)) else {
            return Ok(Self::default());
        };
        if !path.is_file() {
            return Ok(Self::default());
        }
        let path = project.short(&path);
        let mut settings: Self = toml_file::read(&path, CURE)?;
        let paths = settings.schema.iter_mut().chain(&mut settings.models);
        for named in paths.chain(&mut settings.migrations_dir) {
            *named = beside(project, &path, named);
        }
        Ok(settings)
    }
}

fn dialect<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Dialect>, D::Error> {
    let word = String::deserialize(deserializer)?;
    match Dialect::from_word(&word) {
        Some(dialect) => Ok(Some(dialect)),
        None => Err(de::Error::custom(format!(
            "continuum does not write for the engine `{word}`; it is one of {}",
            crate::error::engines()
        ))),
    }
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a path or a list of paths")]
    enum Paths {
        One(PathBuf),
        More(Vec<PathBuf>),
    }
    Ok(match Paths::deserialize(deserializer)? {
        Paths::One(path) => vec![path],
        Paths::More(paths) => paths,
    })
}

//! Where things are: the command line first, then the environment, continuum.toml, diesel.toml,
//! and the places that Diesel uses.

mod continuum_toml;
mod diesel_toml;
mod engine;
mod require;

pub(crate) use self::engine::Engine;
pub(crate) use self::require::in_order;

use self::continuum_toml::ContinuumToml;
use self::diesel_toml::DieselToml;
use self::require::Require;
use crate::cli::GenMigrations;
use crate::error::{Error, Result};
use crate::project::Project;
use continuum_schema::{Log, LogColumn};
use std::path::{Component, Path, PathBuf};

/// The settings file of continuum's own.
pub(crate) const SETTINGS_FILE: &str = "continuum.toml";

/// What one run works on. All paths hold from the current directory.
#[derive(Debug)]
pub(crate) struct Config {
    /// `None` where nobody says it; the migrations that are there may.
    pub(crate) engine: Option<Engine>,
    /// The files of `table!` definitions; all are there.
    pub(crate) schema: Vec<PathBuf>,
    /// Files and directories with the models; all are there.
    pub(crate) models: Vec<PathBuf>,
    /// Need not be there yet.
    pub(crate) migrations_dir: PathBuf,
    /// What a change has to have: words of a settings file.
    require: Require,
    /// Whether histories are only added to.
    append_only: bool,
}

impl Config {
    pub(crate) fn find(args: &GenMigrations) -> Result<Self> {
        let project = Project::find()?;
        let finder = Finder {
            settings: ContinuumToml::of(&project)?,
            diesel: DieselToml::of(&project)?,
            project,
            args,
        };
        let engine = finder.engine()?;
        let schema = finder.schema()?;
        let models = finder.models(&schema)?;
        let migrations_dir = finder.migrations_dir()?;
        Ok(Self {
            engine,
            schema,
            models,
            migrations_dir,
            require: Require::new(&finder.project, finder.settings.require),
            append_only: finder.settings.append_only,
        })
    }

    /// What holds for all versioned tables, of which the log has these columns.
    pub(crate) fn log(&self, columns: &[LogColumn]) -> Result<Log> {
        Ok(Log {
            require: self.require.check(columns)?,
            append_only: self.append_only,
            columns: columns.to_vec(),
        })
    }
}

struct Finder<'a> {
    args: &'a GenMigrations,
    project: Project,
    settings: ContinuumToml,
    diesel: DieselToml,
}

impl Finder<'_> {
    fn engine(&self) -> Result<Option<Engine>> {
        if let Some(dialect) = self.args.backend {
            return Ok(Some(Engine::new(dialect, "--backend")));
        }
        if let Some(dialect) = self.settings.backend {
            return Ok(Some(Engine::new(dialect, SETTINGS_FILE)));
        }
        match self.project.variable("DATABASE_URL") {
            Some(url) => Engine::of_url(&url).map(Some),
            None => Ok(None),
        }
    }

    fn schema(&self) -> Result<Vec<PathBuf>> {
        let (files, named_by) = if !self.args.schema.is_empty() {
            (self.args.schema.clone(), "--schema")
        } else if !self.settings.schema.is_empty() {
            (self.settings.schema.clone(), "`schema` in continuum.toml")
        } else if !self.diesel.schema.is_empty() {
            (self.diesel.schema.clone(), "`file` in diesel.toml")
        } else {
            let default = self.project.in_root("src/schema.rs")?;
            (vec![default], "the default of Diesel")
        };
        match files.iter().find(|file| !file.is_file()) {
            Some(path) => Err(Error::NoSchema {
                path: path.clone(),
                named_by,
            }),
            None => Ok(files),
        }
    }

    fn models(&self, schema: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let (paths, named_by) = if !self.args.models.is_empty() {
            (self.args.models.clone(), "--models")
        } else if !self.settings.models.is_empty() {
            (self.settings.models.clone(), "`models` in continuum.toml")
        } else {
            return Ok(self.default_models(schema));
        };
        match paths.iter().find(|path| !path.exists()) {
            Some(path) => Err(Error::NoModels {
                path: path.clone(),
                named_by,
            }),
            None => Ok(paths),
        }
    }

    /// `src`, and where the schema is: in a workspace that is another package.
    fn default_models(&self, schema: &[PathBuf]) -> Vec<PathBuf> {
        let src = self.project.in_root("src").ok();
        let mut dirs: Vec<PathBuf> = src.into_iter().filter(|src| src.is_dir()).collect();
        for file in schema {
            let Some(dir) = file.parent() else { continue };
            let dir = self.project.short(dir);
            // Above src is more than source.
            let is_above = dir
                .components()
                .all(|part| !matches!(part, Component::Normal(_)));
            let is_known = dirs.iter().any(|known| is_above || dir.starts_with(known));
            if !is_known {
                dirs.push(dir);
            }
        }
        dirs
    }

    fn migrations_dir(&self) -> Result<PathBuf> {
        let variable = self.project.variable("MIGRATION_DIRECTORY");
        let (named, named_by) = if let Some(dir) = &self.args.migrations_dir {
            (Some(dir.clone()), "--migrations-dir")
        } else if let Some(dir) = variable {
            (Some(PathBuf::from(dir)), "MIGRATION_DIRECTORY")
        } else {
            let by = "`migrations_dir` in continuum.toml";
            (self.settings.migrations_dir.clone(), by)
        };
        match named {
            Some(path) if path.is_dir() => Ok(path),
            // Not made: where a name is mistyped, everything would be installed a second time.
            Some(path) => Err(Error::NoMigrationsDir { path, named_by }),
            None => self.default_migrations_dir(),
        }
    }

    /// As Diesel: what diesel.toml says, or the next `migrations` upwards; or the one that
    /// `diesel setup` would make.
    fn default_migrations_dir(&self) -> Result<PathBuf> {
        if let Some(dir) = &self.diesel.migrations_dir {
            return Ok(dir.clone());
        }
        let dirs = self.project.current_dir().ancestors();
        match dirs
            .map(|dir| dir.join("migrations"))
            .find(|dir| dir.is_dir())
        {
            Some(dir) => Ok(self.project.short(&dir)),
            None => self.project.in_root("migrations"),
        }
    }
}

/// Paths in a settings file hold from its directory.
fn beside(project: &Project, file: &Path, path: &Path) -> PathBuf {
    project.short(&file.parent().unwrap_or(Path::new("")).join(path))
}

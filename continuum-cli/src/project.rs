//! The project that the command runs in: its root, its environment, and paths as a person reads them.

use crate::error::{Error, Result};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[derive(Debug)]
pub(crate) struct Project {
    current_dir: PathBuf,
    root: Option<PathBuf>,
    dotenv: HashMap<String, String>,
}

impl Project {
    /// The project of the current directory. As in Diesel CLI, its root has diesel.toml, or
    /// else Cargo.toml, and .env is the nearest one upwards.
    pub(crate) fn find() -> Result<Self> {
        let current_dir = env::current_dir().map_err(|source| Error::NoCurrentDir { source })?;
        let with = |file: &str| current_dir.ancestors().find(|dir| dir.join(file).is_file());
        let root = with("diesel.toml")
            .or_else(|| with("Cargo.toml"))
            .map(Path::to_owned);
        let dotenv = with(".env").map(|dir| dir.join(".env"));
        let mut project = Self {
            current_dir,
            root,
            dotenv: HashMap::new(),
        };
        if let Some(path) = dotenv {
            project.dotenv = read_dotenv(&project.short(&path))?;
        }
        Ok(project)
    }

    pub(crate) fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    /// The directory with diesel.toml or Cargo.toml.
    pub(crate) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// A file or directory of the project, from the current directory.
    pub(crate) fn in_root(&self, path: &str) -> Result<PathBuf> {
        match &self.root {
            Some(root) => Ok(self.short(&root.join(path))),
            None => Err(Error::NoProject {
                current_dir: self.current_dir.clone(),
            }),
        }
    }

    /// An environment variable, or a line of .env; an empty one counts as none.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        env::var(name)
            .ok()
            .or_else(|| self.dotenv.get(name).cloned())
            .filter(|value| !value.is_empty())
    }

    /// The path from the current directory, where that is near; it names the same file.
    pub(crate) fn short(&self, path: &Path) -> PathBuf {
        let path = self.current_dir.join(path);
        let near = self
            .current_dir
            .ancestors()
            .take_while(|dir| {
                self.root
                    .as_deref()
                    .is_none_or(|root| dir.starts_with(root))
            })
            .enumerate()
            .find_map(|(up, dir)| Some((up, path.strip_prefix(dir).ok()?)))
            // Of two directories without a project only the disk's root may be the same.
            .filter(|(up, _)| self.root.is_some() || *up == 0);
        match near {
            Some((0, rest)) if rest.as_os_str().is_empty() => PathBuf::from("."),
            Some((up, rest)) => [".."].repeat(up).iter().collect::<PathBuf>().join(rest),
            None => path,
        }
    }
}

fn read_dotenv(path: &Path) -> Result<HashMap<String, String>> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    dotenvy::from_read_iter(text.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| {
            // The error shows the end of the line, and with it perhaps a password; its number will do.
            let line = match &error {
                dotenvy::Error::LineParse(end, _) => text
                    .lines()
                    .position(|line| line.trim_end().ends_with(end.trim_end())),
                _ => None,
            };
            Error::DotEnv {
                path: path.to_owned(),
                line: line.unwrap_or_default() + 1,
            }
        })
}

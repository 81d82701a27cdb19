//! A Diesel project in a temporary directory, and the command run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub const ARTICLES: &str = "
diesel::table! {
    articles (id) {
        id -> Integer,
        name -> Text,
        content -> Nullable<Text>,
    }
}
";

pub const TAGS: &str = "
diesel::table! {
    tags (id) {
        id -> Integer,
        name -> Text,
    }
}
";

pub const ARTICLE: &str = "
#[derive(Queryable, Versioned)]
#[diesel(table_name = crate::schema::articles)]
pub struct Article {
    pub id: i32,
    pub name: String,
    pub content: Option<String>,
}
";

pub const TAG: &str = "
#[derive(Queryable, Versioned)]
#[diesel(table_name = crate::schema::tags)]
pub struct Tag {
    pub id: i32,
    pub name: String,
}
";

pub struct Project {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Output {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// A project with nothing in it.
    pub fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    /// What `diesel setup` leaves for SQLite, with these tables and models.
    pub fn new(schema: &str, models: &str) -> Self {
        Self::empty()
            .file(
                "diesel.toml",
                "[print_schema]\nfile = \"src/schema.rs\"\ncustom_type_derives = [\"Clone\"]\n\
                 [migrations_directory]\ndir = \"migrations\"\n",
            )
            .file("Cargo.toml", "")
            .file(".env", "DATABASE_URL=blog.db\n")
            .file("migrations/.keep", "")
            .file("src/schema.rs", schema)
            .file("src/models.rs", models)
    }

    pub fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn without(self, path: &str) -> Self {
        let path = self.path(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// `continuum-cli` with these arguments, in a directory of the project.
    pub fn run_in(&self, dir: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_continuum-cli"));
        for name in ["DATABASE_URL", "MIGRATION_DIRECTORY", "DIESEL_CONFIG_FILE"] {
            command.env_remove(name);
        }
        let output = command
            .envs(self.variables.iter().cloned())
            .current_dir(self.path(dir))
            .args(args)
            .output()
            .unwrap();
        Output {
            code: output.status.code(),
            stdout: self.shown(&output.stdout),
            stderr: self.shown(&output.stderr),
        }
    }

    /// `continuum-cli gen-migrations` with these arguments.
    pub fn generate(&self, args: &[&str]) -> Output {
        self.run_in("", &[&["gen-migrations"], args].concat())
    }

    /// The same, which has to write a migration; its name.
    #[track_caller]
    pub fn generates(&self, args: &[&str]) -> String {
        let before = self.migrations();
        let output = self.generate(args);
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        let mut new = self.migrations();
        new.retain(|name| !before.contains(name));
        assert_eq!(new.len(), 1, "{new:?}\n{}", output.stdout);
        new.remove(0)
    }

    /// The names in the directory of the migrations, sorted.
    pub fn migrations(&self) -> Vec<String> {
        names_in(&self.path("migrations"))
    }

    fn shown(&self, output: &[u8]) -> String {
        let text = String::from_utf8(output.to_vec()).unwrap();
        let dir = fs::canonicalize(self.dir.path()).unwrap();
        without_stamps(&text.replace(&dir.display().to_string(), "[project]"))
    }
}

/// The names in a directory, sorted; none where there is no such directory.
pub fn names_in(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".keep")
        .collect();
    names.sort();
    names
}

/// Timestamps and fingerprints differ from run to run.
pub fn without_stamps(text: &str) -> String {
    const STAMP: &str = "0000-00-00-000000-0000";
    let is_stamp = |text: &str| {
        let same = |(a, b): (char, char)| if b == '0' { a.is_ascii_digit() } else { a == b };
        text.is_ascii() && text.chars().zip(STAMP.chars()).all(same)
    };
    let mut rest = text;
    let mut shown = String::new();
    while let Some(c) = rest.chars().next() {
        if rest.get(..STAMP.len()).is_some_and(is_stamp) {
            shown.push_str("[stamp]");
            rest = &rest[STAMP.len()..];
        } else {
            shown.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    shown
}

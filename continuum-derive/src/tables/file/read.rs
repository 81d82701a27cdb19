//! Reading schema.rs and the models.

use continuum_schema::VersionedTable;
use continuum_schema::parse::{self, Definition, SourceError};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the files say.
#[derive(Debug)]
pub(super) struct Read {
    /// All tables of schema.rs.
    pub(super) definitions: Vec<Definition>,
    /// Those whose history is kept.
    pub(super) versioned: Vec<VersionedTable>,
    /// The absolute paths of all files that were read.
    pub(super) files: Vec<String>,
}

/// What a mistake is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Schema,
    Models,
}

/// A mistake, and what it is in.
type Mistake = (Source, String);

pub(super) fn read(root: &Path, schema: &str, models: &str) -> Result<Read, Vec<Mistake>> {
    let mut files = Files {
        root,
        read: Vec::new(),
    };
    let schema_text = files
        .read(Path::new(schema))
        .map_err(|message| vec![(Source::Schema, message)])?;
    let model_texts = files
        .rust_files(Path::new(models))
        .and_then(|paths| {
            let read = |path: PathBuf| Ok((files.read(&path)?, path));
            paths
                .into_iter()
                .map(read)
                .collect::<Result<Vec<_>, String>>()
        })
        .map_err(|message| vec![(Source::Models, message)])?;
    let (definitions, versioned) = outside_the_compiler(|| {
        let definitions = parse::definitions(&schema_text, schema).map_err(in_schema)?;
        let mut found = Vec::new();
        let mut mistakes = Vec::new();
        for (text, path) in &model_texts {
            match parse::models(text, &path.display().to_string()) {
                Ok(models) => found.extend(models),
                Err(errors) => mistakes.extend(in_models(errors)),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let tables: Vec<_> = definitions.iter().map(|d| d.table.clone()).collect();
        let versioned = parse::versioned_tables(&tables, &found).map_err(in_models)?;
        Ok((definitions, versioned))
    })?;
    if versioned.is_empty() {
        let message = format!(
            "no struct under {models} derives `Versioned`; name the directory of the models: \
             `models = \"…\"`"
        );
        return Err(vec![(Source::Models, message)]);
    }
    Ok(Read {
        definitions,
        versioned,
        files: files.read,
    })
}

/// The compiler gives every token of a text that a macro reads the place of the macro; outside of
/// it, tokens have their own lines. Nothing that has tokens may come out of here.
fn outside_the_compiler<T>(read: impl FnOnce() -> T) -> T {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            proc_macro2::fallback::unforce();
        }
    }
    let _back = Back;
    proc_macro2::fallback::force();
    read()
}

fn in_schema(errors: Vec<SourceError>) -> Vec<Mistake> {
    let with = |error: SourceError| (Source::Schema, error.to_string());
    errors.into_iter().map(with).collect()
}

fn in_models(errors: Vec<SourceError>) -> Vec<Mistake> {
    let with = |error: SourceError| (Source::Models, error.to_string());
    errors.into_iter().map(with).collect()
}

struct Files<'a> {
    root: &'a Path,
    read: Vec<String>,
}

impl Files<'_> {
    fn read(&mut self, path: &Path) -> Result<String, String> {
        let absolute = self.root.join(path);
        let text = fs::read_to_string(&absolute).map_err(|error| cannot_read(path, &error))?;
        let absolute = absolute
            .to_str()
            .ok_or_else(|| format!("the path {} is not UTF-8", absolute.display()))?;
        if !self.read.iter().any(|read| read == absolute) {
            self.read.push(absolute.to_owned());
        }
        Ok(text)
    }

    /// All `.rs` files under a directory, in the same order on every machine; or the file itself.
    fn rust_files(&self, path: &Path) -> Result<Vec<PathBuf>, String> {
        if self.root.join(path).is_file() {
            return Ok(vec![path.to_owned()]);
        }
        let mut found = Vec::new();
        let mut entries = fs::read_dir(self.root.join(path))
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(|error| cannot_read(path, &error))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let inner = path.join(entry.file_name());
            // Of links, those to directories may lead in circles.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found.extend(self.rust_files(&inner)?);
            } else if inner.extension().is_some_and(|e| e == "rs")
                && self.root.join(&inner).is_file()
            {
                found.push(inner);
            }
        }
        Ok(found)
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> String {
    format!(
        "cannot read {}: {error}; paths are relative to the package's Cargo.toml",
        path.display()
    )
}

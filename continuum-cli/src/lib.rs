//! The command line of continuum: from `schema.rs` and the models to a Diesel migration.
//!
//! ```text
//! cli ─▶ config (where things are) ─▶ source (Rust) ─┐
//!                                    installed ──────┼─▶ Plan ─▶ migration_dir (up.sql, down.sql, continuum.toml)
//!        migration_dir ─▶ state ─────────┘
//! ```
//!
//! Nothing here opens a database.

mod changes;
mod cli;
mod commands;
mod config;
mod error;
mod installed;
mod migration_dir;
mod migration_name;
mod project;
mod source;
mod state;
mod toml_file;

pub use crate::cli::Cli;
pub use crate::error::{Error, Result};

use crate::cli::Command;
use std::io::{ErrorKind, Write};

/// Does what the command line asks for; `out` is the standard output.
pub fn run(cli: &Cli, out: &mut dyn Write) -> Result<()> {
    let done = match &cli.command {
        Command::GenMigrations(args) => commands::gen_migrations::run(args, out),
        Command::Completions { shell } => commands::completions::run(*shell, out),
    };
    match done {
        // Whoever reads the output has read enough: `continuum-cli … | head`.
        Err(Error::Output { source }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

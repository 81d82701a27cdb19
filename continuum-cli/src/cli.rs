//! The command line. The comments here are the help text.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use continuum_schema::Dialect;
use std::path::PathBuf;

/// Give the tables of a Diesel project a history
///
/// continuum-cli writes Diesel migrations. They put a version table beside each table whose
/// struct derives `Versioned`, and triggers that record every change of its rows.
/// It reads Rust and TOML files only: it needs no database and opens none.
///
/// The five steps:
///
///   1. Add `Versioned` to the derives of a struct with `#[diesel(table_name = …)]`.
///   2. Run `continuum-cli gen-migrations`, and read the up.sql that it writes.
///   3. Run `diesel migration run`, or let `diesel_migrations` do it.
///   4. Write in `conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| …)`,
///      and read with `article.versions().load(conn)`.
///   5. `diesel migration revert` takes all of it away again.
///
/// Run step 2 again whenever a versioned table or its `#[versioned(…)]` has changed.
///
/// Exit codes:
///   0  done, or nothing to do
///   1  a check found something
///   2  the command line, a source file or a setting is wrong; nothing was written
#[derive(Debug, Parser)]
#[command(name = "continuum-cli", version, verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    GenMigrations(GenMigrations),
    /// Print the completions of a shell
    ///
    /// For bash, in ~/.bashrc:
    ///
    ///   source <(continuum-cli completions bash)
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Write the migration that makes the history follow the models
///
/// Compares the structs that derive `Versioned` and their `table!` definitions with what the
/// earlier migrations of continuum-cli installed, and writes one migration with the difference:
///
///   up.sql          version tables, triggers, and one version of each row that is there
///   down.sql        takes it back
///   continuum.toml  what is versioned now; the next run starts from it, so commit it
///
/// Where nothing has changed it says so and writes nothing.
///
/// What is not said on the command line comes from
///
///   continuum.toml  beside diesel.toml; may set `backend`, `schema`, `models`, `migrations_dir`,
///                   `require` and `append_only`
///   diesel.toml     `[print_schema] file`, `[migrations_directory] dir`
///   environment     DATABASE_URL (its scheme says the engine), MIGRATION_DIRECTORY and
///                   DIESEL_CONFIG_FILE, also from .env
///
/// Examples:
///
///   continuum-cli gen-migrations
///   continuum-cli gen-migrations --stdout --backend postgres
///   continuum-cli gen-migrations --models src/models --models src/audit.rs --name audit
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct GenMigrations {
    /// The engine to write SQL for
    ///
    /// Default: `backend` of continuum.toml, or the scheme of DATABASE_URL, or the engine of the
    /// migrations that are there.
    #[arg(long, value_name = "ENGINE", value_parser = engine(), verbatim_doc_comment)]
    pub(crate) backend: Option<Dialect>,

    /// A file of `table!` definitions; may be given more than once
    ///
    /// Default: `schema` of continuum.toml, or every `file` of `[print_schema]` in diesel.toml,
    /// or src/schema.rs.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    pub(crate) schema: Vec<PathBuf>,

    /// A file or a directory with the models; may be given more than once
    ///
    /// Of a directory, every .rs file at any depth is read.
    /// Default: `models` of continuum.toml, or src and the directory of the schema file.
    #[arg(long, value_name = "PATH", verbatim_doc_comment)]
    pub(crate) models: Vec<PathBuf>,

    /// The directory of the migrations
    ///
    /// Default: MIGRATION_DIRECTORY, or `migrations_dir` of continuum.toml, or `dir` of
    /// `[migrations_directory]` in diesel.toml, or the nearest directory `migrations` upwards.
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    pub(crate) migrations_dir: Option<PathBuf>,

    /// What to call the migration
    ///
    /// Default: what it does, such as version_articles_and_2_more.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) name: Option<String>,

    /// Print what would be written, and write nothing
    #[arg(long)]
    pub(crate) stdout: bool,

    /// Don't write versions of the rows that are there
    ///
    /// Such a row gets its first version, made of its old values, when it is first changed.
    /// For tables so large that the migration would take too long.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) no_baseline: bool,

    /// Drop a column of the transaction log, with all that was said in it; may be given more than once
    ///
    /// One that `transaction_columns!` no longer declares. Without this it stays, with its values.
    #[arg(long, value_name = "COLUMN", verbatim_doc_comment)]
    pub(crate) drop_column: Vec<String>,
}

fn engine() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(Dialect::ALL.iter().map(|dialect| dialect.as_str()))
        .try_map(|word| Dialect::from_word(&word).ok_or("no engine of continuum's"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_one_that_clap_takes() {
        Cli::command().debug_assert();
    }
}

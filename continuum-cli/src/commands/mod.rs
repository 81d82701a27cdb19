//! One file for each subcommand.

pub(crate) mod completions;
pub(crate) mod gen_migrations;

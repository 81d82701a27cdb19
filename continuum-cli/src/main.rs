//! The command `continuum-cli`.

use clap::Parser;
use continuum_cli::Cli;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// The command line or what it works on is wrong; 1 is for a check that found something.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match continuum_cli::run(&Cli::parse(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when writing fails.
            let _ = writeln!(io::stderr(), "error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                let _ = writeln!(io::stderr(), "  because: {error}");
                cause = error.source();
            }
            ExitCode::from(BAD_INPUT)
        }
    }
}

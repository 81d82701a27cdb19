//! What the command line says.

use std::path::PathBuf;
use std::str::FromStr;

const USAGE: &str = "\
tests/bench [ENGINE...] [-- OPTIONS]

  --quick              small sizes, to try it
  --only PARTS         some of single, bulk, sequence, reading; by commas
  --rounds N           how often each contender has its turn (9)
  --transactions N     single rows: transactions in a turn (400)
  --keys N             single rows, reading: rows in the table (10000)
  --rows N             bulk: rows of a statement (100000)
  --versions N         reading: versions of each row (100)
  --output DIRECTORY   where speed.json and speed.svg go (target/speed)";

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    Single,
    Bulk,
    Sequence,
    Reading,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "single" => Ok(Self::Single),
            "bulk" => Ok(Self::Bulk),
            "sequence" => Ok(Self::Sequence),
            "reading" => Ok(Self::Reading),
            _ => Err(format!("there is no part {word}\n\n{USAGE}")),
        }
    }
}

/// Sizes, and what to run.
#[derive(Debug)]
pub struct Options {
    pub only: Option<Vec<Part>>,
    pub rounds: u32,
    pub transactions: u32,
    pub keys: u32,
    pub rows: u32,
    pub versions: u32,
    pub output: PathBuf,
}

impl Options {
    pub fn from_args() -> Result<Self, String> {
        let mut options = Self {
            only: None,
            rounds: 9,
            transactions: 400,
            keys: 10_000,
            rows: 100_000,
            versions: 100,
            output: concat!(env!("CARGO_MANIFEST_DIR"), "/../target/speed").into(),
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value\n\n{USAGE}"));
            match arg.as_str() {
                "--help" => return Err(USAGE.to_owned()),
                // Cargo's own.
                "--bench" => {}
                "--quick" => {
                    options.rounds = 3;
                    options.transactions = 100;
                    options.keys = 1_000;
                    options.rows = 5_000;
                    options.versions = 20;
                }
                "--only" => {
                    let parts = value()?
                        .split(',')
                        .map(str::parse)
                        .collect::<Result<_, _>>()?;
                    options.only = Some(parts);
                }
                "--rounds" => options.rounds = number(&value()?)?,
                "--transactions" => options.transactions = number(&value()?)?,
                "--keys" => options.keys = number(&value()?)?,
                "--rows" => options.rows = number(&value()?)?,
                "--versions" => options.versions = number(&value()?)?,
                "--output" => options.output = value()?.into(),
                _ => return Err(format!("unknown: {arg}\n\n{USAGE}")),
            }
        }
        Ok(options)
    }

    pub fn has(&self, part: Part) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&part))
    }
}

fn number(word: &str) -> Result<u32, String> {
    match word.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("not a number from 1: {word}\n\n{USAGE}")),
    }
}

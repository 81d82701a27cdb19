//! What recording costs, and what reading the history costs: `tests/bench`.
//!
//! Each engine is a file that says how to do things on it; the other files measure, and know no
//! engine. The contenders take turns in one run, so that what else the machine does falls on all
//! of them alike, and ratios are taken within a round.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it prints what it measures, and has nothing to say where it cannot"
)]

mod articles;
mod bulk;
mod chart;
mod contender;
mod engine;
mod json;
mod measure;
mod mysql;
mod options;
mod postgres;
mod reading;
mod report;
mod sequence;
mod single;
mod sqlite;
mod statements;
mod support;

use engine::Contest;
use measure::Measured;
use options::{Options, Part};
use std::fs;

fn main() {
    let options = match Options::from_args() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    };
    let mut measured = Measured::default();
    on::<diesel::SqliteConnection>(&options, &mut measured);
    on::<diesel::PgConnection>(&options, &mut measured);
    on::<diesel::MysqlConnection>(&options, &mut measured);

    print!("{}", report::report(&measured));
    fs::create_dir_all(&options.output).unwrap();
    let written = |name: &str| options.output.join(name);
    fs::write(written("speed.json"), json::json(&measured, &options)).unwrap();
    chart::draw(&measured, &written("speed.svg")).unwrap();
    println!(
        "\nwritten: speed.json and speed.svg in {}",
        options.output.canonicalize().unwrap().display()
    );
}

/// Everything on one engine.
fn on<C: Contest>(options: &Options, measured: &mut Measured) {
    for arena in C::arenas() {
        if options.has(Part::Single) {
            eprintln!("{}: single rows", arena.name);
            single::run(&arena, options, measured);
        }
        if !arena.is_durable {
            if options.has(Part::Bulk) {
                eprintln!("{}: all rows at once", arena.name);
                bulk::run(&arena, options, measured);
            }
            if options.has(Part::Sequence) {
                eprintln!("{}: one statement after another", arena.name);
                sequence::run(&arena, options, measured);
            }
            if options.has(Part::Reading) {
                eprintln!("{}: reading", arena.name);
                reading::run(&arena, options, measured);
            }
        }
    }
}

//! The quickstart, compiled and run.

use expect_test::expect_file;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Cargo compiles the example before this, but not where one test alone is asked for.
fn build() -> PathBuf {
    // As whoever runs this test has built, so that nothing is built twice: tests/run has all
    // engines, and then the whole workspace.
    let what: &[&str] = if cfg!(feature = "postgres") {
        &["--workspace", "--all-features"]
    } else {
        &["--package", "continuum-core", "--features", "sqlite"]
    };
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--message-format", "json"])
        .args(["--example", "quickstart"])
        .args(what)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|message| message["target"]["name"] == "quickstart")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap()
}

#[test]
fn the_quickstart_prints_the_life_of_an_article() {
    let output = Command::new(build())
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    expect_file!["../../examples/quickstart/expected.txt"]
        .assert_eq(&String::from_utf8(output.stdout).unwrap());
}

//! The help is read by people, and says what is true.

use crate::support::Project;
use expect_test::expect_file;

#[test]
fn the_help_of_the_command_teaches() {
    let output = Project::empty().run_in("", &["--help"]);
    assert_eq!(output.code, Some(0));
    expect_file!["help/continuum-cli.txt"].assert_eq(&output.stdout);
}

#[test]
fn the_help_of_gen_migrations_teaches() {
    let output = Project::empty().run_in("", &["gen-migrations", "--help"]);
    assert_eq!(output.code, Some(0));
    expect_file!["help/gen-migrations.txt"].assert_eq(&output.stdout);
}

#[test]
fn the_version_is_that_of_the_package() {
    let output = Project::empty().run_in("", &["--version"]);
    assert_eq!(output.code, Some(0));
    assert_eq!(
        output.stdout,
        format!("continuum-cli {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Project::empty().run_in("", &["completions", shell]);
        assert_eq!(output.code, Some(0), "{shell}");
        assert!(output.stdout.contains("gen-migrations"), "{shell}");
    }
}

#[test]
fn a_wrong_command_line_is_refused() {
    for args in [
        &["gen-migration"][..],
        &["gen-migrations", "--stdou"],
        &["gen-migrations", "--backend", "mssql"],
        &[],
    ] {
        let output = Project::empty().run_in("", args);
        assert_eq!(output.code, Some(2), "{args:?}");
        assert_eq!(output.stdout, "", "{args:?}");
    }
}

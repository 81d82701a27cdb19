//! The quickstart of continuum-core is a project like any other, and its migration is what
//! this continuum-cli writes.

use expect_test::expect_file;
use std::fs;
use std::path::Path;
use std::process::Command;

fn gen_migrations(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_continuum-cli"));
    for name in ["DATABASE_URL", "MIGRATION_DIRECTORY", "DIESEL_CONFIG_FILE"] {
        command.env_remove(name);
    }
    let project =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../continuum-core/examples/quickstart");
    let output = command
        .current_dir(project)
        .arg("gen-migrations")
        .args(args)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn there_is_nothing_to_do_for_the_quickstart() {
    // Writes nothing, whatever it would say.
    let said = gen_migrations(&["--stdout"]);
    assert!(said.starts_with("nothing to do: "), "{said}");
}

#[test]
fn the_migration_of_the_quickstart_is_what_is_written_today() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    gen_migrations(&["--backend", "sqlite", "--migrations-dir", path]);
    let written = fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap();
    let text = |file| fs::read_to_string(written.path().join(file)).unwrap();
    macro_rules! committed {
        ($file:literal) => {
            expect_file![concat!(
                "../../../continuum-core/examples/quickstart/migrations/",
                "2026-11-22-020016-0000_version_articles/",
                $file
            )]
        };
    }
    committed!("up.sql").assert_eq(&text("up.sql"));
    committed!("down.sql").assert_eq(&text("down.sql"));
    committed!("continuum.toml").assert_eq(&text("continuum.toml"));
}

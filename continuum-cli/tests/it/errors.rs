//! Every error: its text, exit code 2, and nothing written.

use crate::support::{ARTICLE, ARTICLES, Project, TAG, TAGS};
use expect_test::{Expect, expect};

/// The text of the error of `gen-migrations` with these arguments.
#[track_caller]
fn refuses(project: &Project, args: &[&str], text: Expect) {
    let before = project.migrations();
    let output = project.generate(args);
    assert_eq!(output.code, Some(2), "{}{}", output.stdout, output.stderr);
    assert_eq!(output.stdout, "");
    assert_eq!(project.migrations(), before);
    text.assert_eq(&output.stderr);
}

fn project() -> Project {
    Project::new(ARTICLES, ARTICLE)
}

/// A project with one migration, and the path of its state file.
fn generated() -> (Project, String) {
    let project = project();
    let name = project.generates(&[]);
    (project, format!("migrations/{name}"))
}

#[test]
fn there_is_no_project() {
    refuses(
        &Project::empty(),
        &["--backend", "sqlite"],
        expect![[r#"
        error: no diesel.toml or Cargo.toml in [project] or a directory above it; run continuum-cli in a Diesel project, or name --schema, --models and --migrations-dir
    "#]],
    );
}

#[test]
fn nobody_says_which_engine() {
    refuses(
        &project().without(".env"),
        &[],
        expect![[r#"
            error: cannot tell which engine to write for; say it with `--backend sqlite`, with `backend = "sqlite"` in continuum.toml beside diesel.toml, or with a DATABASE_URL in the environment or in .env; engines: sqlite, postgres, mysql
        "#]],
    );
    refuses(
        &project().file(".env", "DATABASE_URL=\n"),
        &[],
        expect![[r#"
            error: cannot tell which engine to write for; say it with `--backend sqlite`, with `backend = "sqlite"` in continuum.toml beside diesel.toml, or with a DATABASE_URL in the environment or in .env; engines: sqlite, postgres, mysql
        "#]],
    );
}

#[test]
fn the_database_is_of_no_engine() {
    let project = project().variable("DATABASE_URL", "mssql://sa:secret@localhost/blog");
    refuses(
        &project,
        &[],
        expect![[r#"
        error: DATABASE_URL begins with mssql://, which is no engine of Diesel's; name the engine with --backend: sqlite, postgres, mysql
    "#]],
    );
}

#[test]
fn a_line_of_the_env_file_is_wrong() {
    let project = project().file(".env", "DATABASE_URL=blog.db\nPASSWORD = my secret\n");
    refuses(
        &project,
        &[],
        expect![[r#"
            error: .env:2: this line is not `NAME=value`; mend it (a value with spaces needs quotes)
        "#]],
    );
}

#[test]
fn the_settings_are_not_toml() {
    refuses(
        &project().file("continuum.toml", "backend = sqlite\n"),
        &[],
        expect![[r#"
            error: continuum.toml:1:11: string values must be quoted, expected literal string; `continuum-cli gen-migrations --help` lists the settings
        "#]],
    );
}

#[test]
fn a_setting_is_unknown() {
    let project = project().file("continuum.toml", "backend = \"sqlite\"\nmodel = \"src\"\n");
    refuses(
        &project,
        &[],
        expect![[r#"
            error: continuum.toml:2:1: unknown field `model`, expected one of `backend`, `schema`, `models`, `migrations_dir`, `require`, `append_only`; `continuum-cli gen-migrations --help` lists the settings
        "#]],
    );
}

#[test]
fn a_setting_has_a_wrong_value() {
    refuses(
        &project().file("continuum.toml", "backend = \"oracle\"\n"),
        &[],
        expect![[r#"
            error: continuum.toml:1:11: continuum does not write for the engine `oracle`; it is one of sqlite, postgres, mysql; `continuum-cli gen-migrations --help` lists the settings
        "#]],
    );
    refuses(
        &project().file("continuum.toml", "\n  models = 7\n"),
        &[],
        expect![[r#"
            error: continuum.toml:2:12: expected a path or a list of paths; `continuum-cli gen-migrations --help` lists the settings
        "#]],
    );
}

#[test]
fn the_file_of_diesel_is_not_toml() {
    refuses(
        &project().file("diesel.toml", "[print_schema\n"),
        &[],
        expect![[r#"
            error: diesel.toml:1:14: unclosed table, expected `]`; Diesel CLI cannot read it either: https://diesel.rs/guides/configuring-diesel-cli
        "#]],
    );
}

#[test]
fn the_file_of_diesel_is_not_where_the_environment_says() {
    let project = project().variable("DIESEL_CONFIG_FILE", "etc/diesel.toml");
    refuses(
        &project,
        &[],
        expect![[r#"
        error: DIESEL_CONFIG_FILE names etc/diesel.toml, which is not a file; correct it, or unset it to use the diesel.toml of the project
    "#]],
    );
}

#[test]
fn the_schema_does_not_exist() {
    refuses(
        &project(),
        &["--schema", "src/scheme.rs"],
        expect![[r#"
        error: the schema file src/scheme.rs (--schema) does not exist; make it with `diesel print-schema > src/scheme.rs`, or name another with --schema
    "#]],
    );
    refuses(
        &project().without("src/schema.rs"),
        &[],
        expect![[r#"
        error: the schema file src/schema.rs (`file` in diesel.toml) does not exist; make it with `diesel print-schema > src/schema.rs`, or name another with --schema
    "#]],
    );
}

#[test]
fn the_models_do_not_exist() {
    refuses(
        &project(),
        &["--models", "src/model"],
        expect![[r#"
        error: src/model (--models) does not exist; name the file or the directory with the models there
    "#]],
    );
}

#[test]
fn the_directory_of_the_migrations_does_not_exist() {
    refuses(
        &project(),
        &["--migrations-dir", "migration"],
        expect![[r#"
            error: the migrations directory migration (--migrations-dir) does not exist; make it with `mkdir migration`, or name another
        "#]],
    );
    let project = project().variable("MIGRATION_DIRECTORY", "migration");
    refuses(
        &project,
        &[],
        expect![[r#"
            error: the migrations directory migration (MIGRATION_DIRECTORY) does not exist; make it with `mkdir migration`, or name another
        "#]],
    );
}

#[test]
fn the_directory_has_migrations_of_several_engines() {
    let project = project()
        .file("migrations/sqlite/0001_articles/up.sql", "")
        .file("migrations/mysql/0001_articles/up.sql", "");
    refuses(
        &project,
        &[],
        expect![[r#"
            error: migrations has no migrations, but directories of them: mysql, sqlite; name one with --migrations-dir, such as migrations/sqlite
        "#]],
    );
    let output = project.generate(&["--migrations-dir", "migrations/sqlite"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
}

#[test]
fn the_name_is_no_name_of_a_directory() {
    refuses(
        &project(),
        &["--name", "a/b"],
        expect![[r#"
        error: --name `a/b` cannot be the name of a migration; use letters, digits, `_` and `-`, at most 200 of them
    "#]],
    );
    refuses(
        &project(),
        &["--name", ""],
        expect![[r#"
        error: --name `` cannot be the name of a migration; use letters, digits, `_` and `-`, at most 200 of them
    "#]],
    );
    refuses(
        &project(),
        &["--name", "a\nb"],
        expect![[r#"
        error: --name `a\nb` cannot be the name of a migration; use letters, digits, `_` and `-`, at most 200 of them
    "#]],
    );
}

#[test]
fn every_mistake_in_the_source_is_told_at_once() {
    let project = Project::new(
        &format!("{ARTICLES}{TAGS}"),
        &format!(
            "{}{}",
            ARTICLE.replace("articles)]", "articles)]\n#[versioned(exclude(contents))]"),
            TAG.replace("schema::tags", "schema::tag")
        ),
    )
    .file("src/broken.rs", "#[derive(Versioned)]\nstruct {\n");
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 3 mistakes in the schema and the models; nothing was written
        src/broken.rs:2:8: this is not Rust: a bracket or a quote has no partner; `cargo check` says more
        src/models.rs:4:21: `exclude` names the column `contents`, which table articles does not have; its columns are: id, name, content
        src/models.rs:12:23: `Tag` is versioned, but the schema has no `table!` of the name `tag`; did you mean `tags`?
    "#]],
    );
}

#[test]
fn a_source_file_is_not_text() {
    let project = project();
    std::fs::write(project.path("src/models.rs"), b"Versioned \xff").unwrap();
    refuses(
        &project,
        &[],
        expect![[r#"
        error: cannot read src/models.rs
          because: stream did not contain valid UTF-8
    "#]],
    );
}

#[test]
fn two_tables_would_have_the_same_version_table() {
    let models = format!(
        "{ARTICLE}{}",
        TAG.replace(
            "tags)]",
            "tags)]\n#[versioned(table_name = articles_version)]"
        )
    );
    let project = Project::new(&format!("{ARTICLES}{TAGS}"), &models);
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/models.rs:13:12: the version table of tags would be articles_version, but that table is there already; give it another name with `#[versioned(table_name = …)]`
    "#]],
    );
}

#[test]
fn a_column_has_the_name_of_a_row_s_place() {
    refuses(
        &Project::new(
            "diesel::table! { articles (id) { id -> Integer, _rowid_ -> Integer } }",
            ARTICLE,
        ),
        &[],
        expect![[r#"
            error: 1 mistake in the schema and the models; nothing was written
            src/models.rs:4:12: the version table of articles needs the column name _rowid_ for itself; rename the column of the table, or exclude it with `#[versioned(exclude(_rowid_))]`
        "#]],
    );
}

#[test]
fn a_change_cannot_be_followed() {
    let (project, _) = generated();
    project.write("src/schema.rs", &ARTICLES.replace("(id)", "(id, name)"));
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/models.rs:4:12: table articles: its key was (id) and would be (id, name); a history is kept by key: stop the old one (take `Versioned` off the struct and run gen-migrations), then begin a new one under another `#[versioned(table_name = …)]`
    "#]],
    );
}

#[test]
fn a_history_that_was_stopped_is_not_begun_again() {
    let (project, _) = generated();
    project.write("src/models.rs", "");
    project.generates(&[]);
    project.write("src/models.rs", ARTICLE);
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/models.rs:4:12: the version table of articles would be articles_version, which is there already and keeps the history that migrations/[stamp]_stop_versions_of_articles stopped; remove that migration where it was never run, or begin a new history under another `#[versioned(table_name = …)]`
    "#]],
    );
}

#[test]
fn the_migrations_are_for_another_engine() {
    let (project, _) = generated();
    refuses(
        &project,
        &["--backend", "postgres"],
        expect![[r#"
        error: migrations/[stamp]_version_articles/continuum.toml is for SQLite, and --backend says PostgreSQL; say `--backend sqlite`, or keep the migrations of each engine in a directory of their own and name it with --migrations-dir
    "#]],
    );
    let project = project.file(".env", "DATABASE_URL=postgres://localhost/x\n");
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles/continuum.toml is for SQLite, and DATABASE_URL says PostgreSQL; say `--backend sqlite`, or keep the migrations of each engine in a directory of their own and name it with --migrations-dir
    "#]],
    );
}

#[test]
fn a_state_file_is_of_a_later_version() {
    let (project, migration) = generated();
    let project = project.file(
        &format!("{migration}/continuum.toml"),
        "format = 2\nsomething = \"else\"\n",
    );
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles/continuum.toml has format 2, and this continuum-cli 0.1.0 knows formats up to 1; update it: cargo install continuum-cli
    "#]],
    );
}

#[test]
fn a_state_file_has_merge_conflicts() {
    let (project, migration) = generated();
    let path = format!("{migration}/continuum.toml");
    let text = project
        .read(&path)
        .replace("[[table]]", "<<<<<<< ours\n[[table]]");
    refuses(
        &project.file(&path, &text),
        &[],
        expect![[r#"
            error: migrations/[stamp]_version_articles/continuum.toml:8:9: key with no value, expected `=`; continuum-cli wrote this file; restore it from version control
        "#]],
    );
}

#[test]
fn a_state_file_describes_what_cannot_be() {
    let (project, migration) = generated();
    let path = format!("{migration}/continuum.toml");
    let text = project.read(&path).replace("[\"id\"]", "[\"key\"]");
    refuses(
        &project.file(&path, &text),
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles/continuum.toml describes a table that cannot be versioned: the key of table articles names the column key, which the table does not have; restore the file from version control
    "#]],
    );
    let (project, migration) = generated();
    let path = format!("{migration}/continuum.toml");
    let text = project.read(&path).replace("validity", "validty");
    refuses(
        &project.file(&path, &text),
        &[],
        expect![[r#"
            error: migrations/[stamp]_version_articles/continuum.toml:11:12: no strategy has the name `validty`; continuum-cli wrote this file; restore it from version control
        "#]],
    );
}

#[test]
fn a_migration_has_lost_a_file() {
    let (project, migration) = generated();
    let project = project.without(&format!("{migration}/up.sql"));
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles has a continuum.toml, but no up.sql beside it; restore up.sql from version control, or remove migrations/[stamp]_version_articles where it was never run
    "#]],
    );
    let (project, migration) = generated();
    let project = project.without(&format!("{migration}/continuum.toml"));
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles/up.sql was written by continuum, but the continuum.toml beside it is gone; restore it from version control, or remove migrations/[stamp]_version_articles where it was never run
    "#]],
    );
}

#[test]
fn two_branches_begin_with_continuum() {
    let (project, first) = generated();
    let hidden = first.replace("migrations/", "migrations/.");
    std::fs::rename(project.path(&first), project.path(&hidden)).unwrap();
    project.write("src/schema.rs", &format!("{ARTICLES}{TAGS}"));
    project.write("src/models.rs", TAG);
    let second = project.generates(&[]);
    std::fs::rename(project.path(&hidden), project.path(&first)).unwrap();
    // The names differ, or both are of the same second.
    assert_ne!(first, second);
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_version_articles and migrations/[stamp]_version_tags both make the transaction log, as happens when two branches begin with continuum and are merged; remove migrations/[stamp]_version_tags (revert it first where it was run) and run gen-migrations again
    "#]],
    );
}

#[test]
fn two_branches_change_the_same_table() {
    let (project, _) = generated();
    let change = |column: &str| {
        let options = format!("articles)]\n#[versioned(exclude({column}))]");
        project.write("src/models.rs", &ARTICLE.replace("articles)]", &options));
    };
    change("name");
    let one = project.generates(&["--name", "one"]);
    let (one, hidden) = (format!("migrations/{one}"), format!("migrations/.{one}"));
    std::fs::rename(project.path(&one), project.path(&hidden)).unwrap();
    change("content");
    project.generates(&["--name", "other"]);
    std::fs::rename(project.path(&hidden), project.path(&one)).unwrap();
    refuses(
        &project,
        &[],
        expect![[r#"
        error: migrations/[stamp]_other changes the history of table articles without knowing of migrations/[stamp]_one, as happens when two branches are merged; remove migrations/[stamp]_other (revert it first where it was run) and run gen-migrations again
    "#]],
    );
}

#[test]
fn the_migration_that_began_a_history_is_gone() {
    let (project, first) = generated();
    project.write("src/models.rs", "");
    project.generates(&[]);
    refuses(
        &project.without(&first),
        &[],
        expect![[r#"
        error: migrations/[stamp]_stop_versions_of_articles changes the history of table articles, but no migration before it begins that history; restore the one that did, or remove migrations/[stamp]_stop_versions_of_articles (revert it first where it was run) and run gen-migrations again
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn the_directory_of_the_migrations_cannot_be_written() {
    // Not by permissions: root may write everywhere.
    let project = project().without("migrations").file("migrations", "");
    refuses(
        &project,
        &[],
        expect![[r#"
        error: cannot read migrations
          because: Not a directory (os error 20)
    "#]],
    );
}

#[test]
fn a_foreign_key_names_a_column_that_is_not_there() {
    let tags = TAGS.replace("name -> Text", "article_id -> Integer");
    let schema = format!("{ARTICLES}{tags}diesel::joinable!(tags -> articles (articl_id));\n");
    let project = Project::new(&schema, ARTICLE).file(
        "src/keys.rs",
        "continuum_core::foreign_key!(articles -> articles (parent));\n",
    );
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 2 mistakes in the schema and the models; nothing was written
        src/schema.rs:16:37: `joinable!` names the column `articl_id`, which table tags does not have; did you mean `article_id`?
        src/keys.rs:1:52: `foreign_key!` names the column `parent`, which table articles does not have; its columns are: id, name, content
    "#]],
    );
}

//! Where the schema, the models, the migrations and the engine are found.

use crate::support::{ARTICLE, ARTICLES, Project, TAG, TAGS, names_in};

/// What is versioned, and for which engine.
#[track_caller]
fn found(project: &Project, args: &[&str]) -> String {
    let output = project.generate(&[&["--stdout"], args].concat());
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let (_, state) = output.stdout.split_once("\nformat = 1\n").unwrap();
    let lines = state
        .lines()
        .filter(|line| line.starts_with("backend = ") || line.starts_with("name = "));
    let words = lines.map(|line| line.split('"').nth(1).unwrap());
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_project_as_diesel_sets_it_up_needs_no_arguments() {
    let project = Project::new(ARTICLES, ARTICLE);
    assert_eq!(found(&project, &[]), "sqlite articles");
    project.generates(&[]);
}

#[test]
fn a_project_without_diesel_toml_has_the_usual_places() {
    let project = Project::new(ARTICLES, ARTICLE)
        .without("diesel.toml")
        .without("migrations");
    let name = project.generates(&[]);
    assert!(name.ends_with("_version_articles"), "{name}");
}

#[test]
fn the_root_of_the_project_is_found_from_below() {
    let project = Project::new(ARTICLES, ARTICLE);
    let output = project.run_in("src", &["gen-migrations"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(
        output
            .stdout
            .starts_with("wrote ../migrations/[stamp]_version_articles"),
        "{}",
        output.stdout
    );
    assert_eq!(project.migrations().len(), 1);
}

#[test]
fn all_schemas_of_diesel_toml_are_read() {
    let project = Project::new(ARTICLES, &format!("{ARTICLE}{TAG}"))
        .file(
            "diesel.toml",
            "[print_schema]\nfile = \"src/schema.rs\"\nfilter = { except_tables = [\"tags\"] }\n\
             [print_schema.tags]\nfile = \"src/tags/schema.rs\"\n",
        )
        .file("src/tags/schema.rs", TAGS);
    assert_eq!(found(&project, &[]), "sqlite articles tags");
}

#[test]
fn the_paths_of_diesel_toml_hold_from_its_directory() {
    let project = Project::new(ARTICLES, ARTICLE)
        .without("diesel.toml")
        .file(
            "etc/diesel.toml",
            "[print_schema]\nfile = \"../src/schema.rs\"\n\
             [migrations_directory]\ndir = \"history\"\n",
        )
        .variable("DIESEL_CONFIG_FILE", "etc/diesel.toml");
    assert_eq!(project.generate(&[]).code, Some(0));
    assert_eq!(names_in(&project.path("etc/history")).len(), 1);
    assert_eq!(names_in(&project.path("migrations")).len(), 0);
}

#[test]
fn the_migrations_are_where_the_environment_says() {
    let project = Project::new(ARTICLES, ARTICLE)
        .file("elsewhere/.keep", "")
        .variable("MIGRATION_DIRECTORY", "elsewhere");
    assert_eq!(project.generate(&[]).code, Some(0));
    assert_eq!(names_in(&project.path("elsewhere")).len(), 1);
}

#[test]
fn settings_of_continuum_are_in_a_file_of_their_own() {
    let project = Project::new("", "")
        .file(
            "continuum.toml",
            "backend = \"postgres\"\nschema = [\"db/a.rs\", \"db/b.rs\"]\nmodels = \"db\"\n\
             migrations_dir = \"db/migrations\"\n",
        )
        .file("db/a.rs", ARTICLES)
        .file("db/b.rs", TAGS)
        .file("db/models/article.rs", ARTICLE)
        .file("db/models/tag.rs", TAG)
        .file("db/migrations/.keep", "");
    assert_eq!(found(&project, &[]), "postgres articles tags");
    assert_eq!(project.generate(&[]).code, Some(0));
    assert_eq!(names_in(&project.path("db/migrations")).len(), 1);
}

#[test]
fn the_command_line_wins_over_every_file() {
    let project = Project::new(ARTICLES, ARTICLE)
        .file("continuum.toml", "backend = \"sqlite\"\nmodels = \"src\"\n")
        .file("other/schema.rs", TAGS)
        .file("other/tag.rs", TAG);
    let args = [
        "--backend",
        "postgres",
        "--schema",
        "other/schema.rs",
        "--models",
        "other/tag.rs",
    ];
    assert_eq!(found(&project, &args), "postgres tags");
}

#[test]
fn the_scheme_of_the_database_says_the_engine() {
    let project =
        |url: &str| Project::new(ARTICLES, ARTICLE).file(".env", &format!("DATABASE_URL={url}\n"));
    assert_eq!(
        found(&project("postgres://localhost/x"), &[]),
        "postgres articles"
    );
    assert_eq!(
        found(&project("postgresql://localhost/x"), &[]),
        "postgres articles"
    );
    assert_eq!(found(&project("\":memory:\""), &[]), "sqlite articles");
}

#[test]
fn the_environment_wins_over_the_env_file() {
    let project =
        Project::new(ARTICLES, ARTICLE).variable("DATABASE_URL", "postgres://localhost/x");
    assert_eq!(found(&project, &[]), "postgres articles");
}

#[test]
fn the_engine_of_the_migrations_that_are_there_need_not_be_said_again() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&["--backend", "postgres"].map(|arg| arg));
    let project = project.without(".env");
    project.write("src/schema.rs", &format!("{ARTICLES}{TAGS}"));
    project.write("src/models.rs", &format!("{ARTICLE}{TAG}"));
    assert_eq!(found(&project, &[]), "postgres tags");
}

#[test]
fn models_are_found_at_any_depth_and_besides_the_schema() {
    let project = Project::new("", "")
        .without("src")
        .without("diesel.toml")
        .file(
            "diesel.toml",
            "[print_schema]\nfile = \"crates/db/src/schema.rs\"\n",
        )
        .file("crates/db/src/schema.rs", &format!("{ARTICLES}{TAGS}"))
        .file("crates/db/src/a/b/article.rs", ARTICLE)
        .file("crates/db/src/tag.rs", TAG);
    assert_eq!(found(&project, &[]), "sqlite articles tags");
}

#[test]
fn models_beside_a_schema_outside_of_src_are_found_too() {
    let project = Project::new("", TAG)
        .file(
            "diesel.toml",
            "[print_schema]\nfile = \"crates/db/src/schema.rs\"\n",
        )
        .file("crates/db/src/schema.rs", &format!("{ARTICLES}{TAGS}"))
        .file("crates/db/src/models/article.rs", ARTICLE);
    assert_eq!(found(&project, &[]), "sqlite articles tags");
}

#[test]
fn what_cannot_be_source_of_the_project_is_not_read() {
    let project = Project::new(ARTICLES, ARTICLE)
        .file("src/.hidden/tag.rs", TAG)
        .file("src/target/CACHEDIR.TAG", "")
        .file("src/target/debug/tag.rs", TAG)
        .file("src/template.rs", "struct {{ name }};")
        .file("src/tag.txt", TAG);
    assert_eq!(found(&project, &[]), "sqlite articles");
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let project = Project::new(ARTICLES, ARTICLE);
    let args = ["--models", "src", "--models", "src/models.rs"];
    assert_eq!(found(&project, &args), "sqlite articles");
}

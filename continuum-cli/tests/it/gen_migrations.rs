//! What a run writes, and when it writes nothing.

use crate::support::{ARTICLE, ARTICLES, Project, TAG, TAGS, names_in, without_stamps};
use expect_test::expect;

#[test]
fn a_migration_has_both_scripts_and_says_what_is_versioned() {
    let project = Project::new(ARTICLES, ARTICLE);
    let name = project.generates(&[]);
    assert_eq!(
        names_in(&project.path(&format!("migrations/{name}"))),
        ["continuum.toml", "down.sql", "up.sql"]
    );
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(up.contains("\"articles_version\""), "{up}");
    let state = project.read(&format!("migrations/{name}/continuum.toml"));
    let fingerprint = up.lines().next().unwrap().rsplit(' ').next().unwrap();
    expect![[r##"
        # Written by continuum-cli with the up.sql beside it: what that migration versions, and how.
        # The next `continuum-cli gen-migrations` starts from it. Commit it.
        format = 1
        backend = "sqlite"
        fingerprint = "[fingerprint]"
        creates_log = true

        [[table]]
        name = "articles"
        version_table = "articles_version"
        strategy = "validity"
        primary_key = ["id"]
        columns = [
          { name = "id", type = "Integer" },
          { name = "name", type = "Text" },
          { name = "content", type = "Nullable<Text>" },
        ]
    "##]]
    .assert_eq(&state.replace(fingerprint, "[fingerprint]"));
}

#[test]
fn a_run_tells_what_it_wrote_and_what_comes_next() {
    let models = ARTICLE.replace(
        "articles)]",
        "articles)]\n#[versioned(hidden(content), exclude(name))]",
    );
    let project = Project::new(&format!("{ARTICLES}{TAGS}"), &format!("{models}{TAG}"));
    let output = project.generate(&[]);
    assert_eq!(output.stderr, "");
    expect![[r#"
        wrote migrations/[stamp]_version_articles_and_tags (SQLite, from DATABASE_URL)

          up.sql          makes what is listed below
          down.sql        takes it back
          continuum.toml  says what is versioned; the next gen-migrations starts from it

          version articles in articles_version (hidden: content; excluded: name)
          version tags in tags_version

        next: read up.sql, then `diesel migration run`
    "#]]
    .assert_eq(&output.stdout);
}

#[test]
fn a_second_run_writes_nothing() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&[]);
    let output = project.generate(&[]);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    expect![[r#"
        nothing to do: the versioned table is as the migrations in migrations/ leave it
    "#]]
    .assert_eq(&output.stdout);
    assert_eq!(project.migrations().len(), 1);

    project.write("src/schema.rs", &format!("{ARTICLES}{TAGS}"));
    project.write("src/models.rs", &format!("{ARTICLE}{TAG}"));
    project.generates(&[]);
    let output = project.generate(&[]);
    expect![[r#"
        nothing to do: the 2 versioned tables are as the migrations in migrations/ leave them
    "#]]
    .assert_eq(&output.stdout);
    assert_eq!(project.migrations().len(), 2);
}

#[test]
fn a_project_without_versioned_structs_has_nothing_to_do() {
    let project = Project::new(ARTICLES, &ARTICLE.replace(", Versioned", ""));
    let output = project.generate(&[]);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    expect![[r#"
        nothing to do: no struct under src derives `Versioned`
        Add it to the derives of a struct with `#[diesel(table_name = …)]`, or name another place with --models.
    "#]].assert_eq(&output.stdout);
    assert!(project.migrations().is_empty());
}

#[test]
fn stdout_shows_the_migration_and_writes_nothing() {
    let project = Project::new(ARTICLES, ARTICLE);
    let shown = project.generate(&["--stdout"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    assert!(project.migrations().is_empty());

    let name = project.generates(&[]);
    let files = [
        ("--", "up.sql"),
        ("--", "down.sql"),
        ("#", "continuum.toml"),
    ];
    let written = files.map(|(mark, file)| {
        let path = format!("migrations/{name}/{file}");
        format!("{mark} ==== {path} ====\n{}", project.read(&path))
    });
    assert_eq!(shown.stdout, without_stamps(&written.join("\n")));
}

#[test]
fn stdout_needs_no_directory_of_migrations() {
    let project = Project::new(ARTICLES, ARTICLE).without("migrations");
    assert_eq!(project.generate(&["--stdout"]).code, Some(0));
    assert!(!project.path("migrations").exists());
}

#[test]
fn a_migration_is_called_what_it_does_or_what_was_asked_for() {
    let of = |tables: &[&str], args: &[&str]| {
        let all = |template: &str| -> String {
            tables
                .iter()
                .map(|table| template.replace("tags", table))
                .collect()
        };
        let name = Project::new(&all(TAGS), &all(TAG).replace("Tag", "T")).generates(args);
        without_stamps(&name)
    };
    assert_eq!(of(&["tags"], &[]), "[stamp]_version_tags");
    assert_eq!(
        of(&["tags", "users"], &[]),
        "[stamp]_version_tags_and_users"
    );
    assert_eq!(
        of(&["tags", "users", "posts"], &[]),
        "[stamp]_version_tags_and_2_more"
    );
    assert_eq!(of(&["tags"], &["--name", "history-1"]), "[stamp]_history-1");
}

#[test]
fn a_migration_sorts_after_all_that_are_there() {
    for newest in [
        "2999-12-31-235959-0000_tags",
        "29991231235959_tags",
        "9_tags",
        "zzz",
    ] {
        let project = Project::new(ARTICLES, ARTICLE)
            .file(&format!("migrations/{newest}/up.sql"), "SELECT 1;");
        let version = |name: &str| name.split('_').next().unwrap().replace('-', "");
        let name = project.generates(&[]);
        assert!(version(&name) > version(newest), "{name}");
        project.write("src/models.rs", "");
        let next = project.generates(&[]);
        assert!(version(&next) > version(&name), "{name} {next}");
    }
}

#[test]
fn what_is_no_migration_is_left_alone() {
    let project = Project::new(ARTICLES, ARTICLE)
        .file("migrations/README.md", "")
        .file("migrations/.diesel_lock", "")
        .file("migrations/.tmp/continuum.toml", "format = 9")
        .file("migrations/continuum.toml", "format = 9");
    let name = project.generates(&[]);
    assert_eq!(
        project.migrations(),
        [".diesel_lock", ".tmp", &name, "README.md", "continuum.toml"]
    );
}

#[test]
fn rows_that_are_there_get_no_version_where_that_is_not_wanted() {
    let project = Project::new(ARTICLES, ARTICLE);
    let with = project.generate(&["--stdout"]).stdout;
    let without = project.generate(&["--stdout", "--no-baseline"]).stdout;
    assert_ne!(with, without);
    assert!(without.len() < with.len());
}

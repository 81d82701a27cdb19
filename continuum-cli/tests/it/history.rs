//! What is remembered from run to run.

use crate::support::{ARTICLE, ARTICLES, Project, TAG, TAGS, without_stamps};
use expect_test::expect;

fn both() -> Project {
    Project::new(&format!("{ARTICLES}{TAGS}"), &format!("{ARTICLE}{TAG}"))
}

/// The part of the state file that says what changed.
fn state(project: &Project, migration: &str) -> String {
    let text = project.read(&format!("migrations/{migration}/continuum.toml"));
    let lines = text.lines().filter(|line| {
        ["[[", "name = ", "creates_log", "  {"]
            .iter()
            .any(|start| line.starts_with(start))
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_table_that_is_added_gets_a_migration_of_its_own() {
    let project = both().file("src/models.rs", ARTICLE);
    project.generates(&[]);
    project.write("src/models.rs", &format!("{ARTICLE}{TAG}"));
    let name = project.generates(&[]);
    assert_eq!(without_stamps(&name), "[stamp]_version_tags");
    expect![[r#"
        [[table]]
        name = "tags"
          { name = "id", type = "Integer" },
          { name = "name", type = "Text" },
    "#]]
    .assert_eq(&state(&project, &name));
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(
        !up.contains("CREATE TABLE \"continuum_transaction\""),
        "{up}"
    );
    assert!(!up.contains("articles"), "{up}");
}

#[test]
fn a_table_that_is_no_longer_versioned_is_stopped() {
    let project = both();
    project.generates(&[]);
    project.write("src/models.rs", ARTICLE);
    let output = project.generate(&["--stdout"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let name = project.generates(&[]);
    assert_eq!(without_stamps(&name), "[stamp]_stop_versions_of_tags");
    expect![[r#"
        [[stopped]]
        name = "tags"
    "#]]
    .assert_eq(&state(&project, &name));
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn options_that_change_are_followed() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&[]);
    let hidden = ARTICLE.replace("articles)]", "articles)]\n#[versioned(exclude(content))]");
    project.write("src/models.rs", &hidden);
    let name = project.generates(&[]);
    assert_eq!(without_stamps(&name), "[stamp]_change_versions_of_articles");
    expect![[r#"
        [[table]]
        name = "articles"
          { name = "id", type = "Integer" },
          { name = "name", type = "Text" },
          { name = "content", type = "Nullable<Text>", tracking = "excluded" },
    "#]]
    .assert_eq(&state(&project, &name));
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_column_that_is_added_is_followed() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&[]);
    let wider = ARTICLES.replace("name ->", "author -> Nullable<Text>,\n        name ->");
    project.write("src/schema.rs", &wider);
    let name = project.generates(&[]);
    assert_eq!(without_stamps(&name), "[stamp]_change_versions_of_articles");
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_reverted_and_removed_migration_is_forgotten() {
    let project = Project::new(ARTICLES, ARTICLE);
    let name = project.generates(&[]);
    let project = project.without(&format!("migrations/{name}"));
    let name = project.generates(&[]);
    assert!(state(&project, &name).contains("creates_log"));
}

#[test]
fn what_is_refused_is_followed_and_taken_back() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&[]);
    let settings = "require = [\"reason\", \"actor\"]\nappend_only = true\n";
    let project = project.file("continuum.toml", settings);
    let output = project.generate(&[]);
    assert_eq!(output.stderr, "");
    expect![[r#"
        wrote migrations/[stamp]_change_what_histories_refuse (SQLite, from DATABASE_URL)

          up.sql          makes what is listed below
          down.sql        takes it back
          continuum.toml  says what is versioned; the next gen-migrations starts from it

          require actor, reason
          guard   histories are only added to

        next: read up.sql, then `diesel migration run`
    "#]]
    .assert_eq(&output.stdout);
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );

    // A table that comes later is guarded from the beginning.
    project.write("src/schema.rs", &format!("{ARTICLES}{TAGS}"));
    project.write("src/models.rs", &format!("{ARTICLE}{TAG}"));
    let name = project.generates(&[]);
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(up.contains("tags is changed without an actor"), "{up}");
    assert!(!state(&project, &name).contains("[log]"));

    project.write("continuum.toml", "");
    let name = project.generates(&[]);
    let text = project.read(&format!("migrations/{name}/continuum.toml"));
    assert!(text.contains("[log]\nprevious = "), "{text}");
    assert!(
        text.contains("require = []\nappend_only = false\n"),
        "{text}"
    );
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn two_branches_that_each_add_a_table_are_merged() {
    let project = Project::new("", "").file("src/schema.rs", &format!("{ARTICLES}{TAGS}{USERS}"));
    let user = TAG.replace("tags", "users").replace("Tag", "User");
    project.write("src/models.rs", &user);
    project.generates(&[]);

    project.write("src/models.rs", &format!("{user}{ARTICLE}"));
    let one = project.generates(&["--name", "one"]);
    let hidden = project.path("migrations").join(format!(".{one}"));
    std::fs::rename(project.path(&format!("migrations/{one}")), &hidden).unwrap();
    project.write("src/models.rs", &format!("{user}{TAG}"));
    project.generates(&["--name", "other"]);

    std::fs::rename(&hidden, project.path(&format!("migrations/{one}"))).unwrap();
    project.write("src/models.rs", &format!("{user}{ARTICLE}{TAG}"));
    let output = project.generate(&[]);
    assert_eq!(output.stderr, "");
    expect![[r#"
        nothing to do: the 3 versioned tables are as the migrations in migrations/ leave them
    "#]]
    .assert_eq(&output.stdout);
}

/// A project with users, and the migrations of two branches that are merged: one versions tags, the
/// other one turns guards on. `first` is the earlier one.
fn merged(first: &str) -> (Project, [String; 2]) {
    let project = Project::new("", "").file("src/schema.rs", &format!("{TAGS}{USERS}"));
    let user = TAG.replace("tags", "users").replace("Tag", "User");
    project.write("src/models.rs", &user);
    project.generates(&[]);
    let branch = |name: &str| {
        let (models, settings) = match name {
            "table" => (format!("{user}{TAG}"), ""),
            _ => (user.clone(), "require = [\"actor\"]\nappend_only = true\n"),
        };
        project.write("src/models.rs", &models);
        project.write("continuum.toml", settings);
        project.generates(&["--name", name])
    };
    let one = branch(first);
    let hidden = project.path("migrations").join(format!(".{one}"));
    std::fs::rename(project.path(&format!("migrations/{one}")), &hidden).unwrap();
    let other = branch(if first == "table" { "guard" } else { "table" });
    std::fs::rename(&hidden, project.path(&format!("migrations/{one}"))).unwrap();
    project.write("src/models.rs", &format!("{user}{TAG}"));
    project.write(
        "continuum.toml",
        "require = [\"actor\"]\nappend_only = true\n",
    );
    (project, [one, other])
}

#[test]
fn a_table_from_a_branch_that_did_not_know_of_a_guard_gets_it_with_the_next_migration() {
    for first in ["table", "guard"] {
        let (project, _) = merged(first);
        let output = project.generate(&[]);
        assert_eq!(output.stderr, "");
        expect![[r#"
            wrote migrations/[stamp]_guard_versions_of_tags (SQLite, from DATABASE_URL)

              up.sql          makes what is listed below
              down.sql        takes it back
              continuum.toml  says what is versioned; the next gen-migrations starts from it

              guard   tags; it was versioned on a branch that did not know what histories refuse

            next: read up.sql, then `diesel migration run`
        "#]]
        .assert_eq(&output.stdout);
        let names = project.migrations();
        let name = names
            .iter()
            .find(|name| name.ends_with("_guard_versions_of_tags"));
        let up = project.read(&format!("migrations/{}/up.sql", name.unwrap()));
        assert!(up.contains("tags is changed without an actor"), "{up}");
        assert!(up.contains("tags_version_guard_update"), "{up}");
        assert!(!up.contains("users"), "{up}");
        let output = project.generate(&[]);
        assert!(
            output.stdout.starts_with("nothing to do"),
            "{}",
            output.stdout
        );
        // And is there when it is turned off again.
        project.write("continuum.toml", "");
        let name = project.generates(&[]);
        let up = project.read(&format!("migrations/{name}/up.sql"));
        for table in ["tags", "users"] {
            let guard = format!("DROP TRIGGER \"{table}_version_guard_update\"");
            assert!(up.contains(&guard), "{up}");
        }
        let output = project.generate(&[]);
        assert!(
            output.stdout.starts_with("nothing to do"),
            "{}",
            output.stdout
        );
    }
}

#[test]
fn the_order_in_which_tables_were_versioned_is_no_change() {
    for url in [
        "blog.db",
        "postgres://localhost/blog",
        "mysql://localhost/blog",
    ] {
        let project = Project::new(&format!("{ARTICLES}{TAGS}"), TAG);
        project.write(".env", &format!("DATABASE_URL={url}\n"));
        project.generates(&[]);
        project.write("src/models.rs", &format!("{ARTICLE}{TAG}"));
        project.generates(&[]);
        let output = project.generate(&[]);
        assert!(
            output.stdout.starts_with("nothing to do"),
            "{url}: {}",
            output.stdout
        );
    }
}

#[test]
fn what_all_tables_share_on_mysql_knows_the_tables_of_both_branches() {
    let project = Project::new("", "").file("src/schema.rs", &format!("{ARTICLES}{TAGS}{USERS}"));
    project.write(".env", "DATABASE_URL=mysql://localhost/blog\n");
    let user = TAG.replace("tags", "users").replace("Tag", "User");
    project.write("src/models.rs", &user);
    project.generates(&[]);
    project.write("src/models.rs", &format!("{user}{ARTICLE}"));
    let one = project.generates(&["--name", "one"]);
    let hidden = project.path("migrations").join(format!(".{one}"));
    std::fs::rename(project.path(&format!("migrations/{one}")), &hidden).unwrap();
    project.write("src/models.rs", &format!("{user}{TAG}"));
    let other = project.generates(&["--name", "other"]);
    std::fs::rename(&hidden, project.path(&format!("migrations/{one}"))).unwrap();
    let up = project.read(&format!("migrations/{other}/up.sql"));
    assert!(
        up.contains("users_version") && !up.contains("articles"),
        "{up}"
    );

    project.write("src/models.rs", &format!("{user}{ARTICLE}{TAG}"));
    let output = project.generate(&[]);
    assert_eq!(output.stderr, "");
    expect![[r#"
        wrote migrations/[stamp]_merge_what_histories_share (MySQL, from DATABASE_URL)

          up.sql          makes what is listed below
          down.sql        takes it back
          continuum.toml  says what is versioned; the next gen-migrations starts from it

          merge   what all histories share, for the tables of all branches

        next: read up.sql, then `diesel migration run`
    "#]]
    .assert_eq(&output.stdout);
    let names = project.migrations();
    let name = names.iter().find(|name| name.ends_with("_share")).unwrap();
    for script in ["up.sql", "down.sql"] {
        let sql = project.read(&format!("migrations/{name}/{script}"));
        for table in ["articles_version", "tags_version", "users_version"] {
            assert!(sql.contains(table), "{script}: {sql}");
        }
    }
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
    // And so does what later migrations write.
    project.write("src/models.rs", &format!("{user}{ARTICLE}"));
    project.generates(&[]);
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn branches_that_change_a_table_and_what_all_tables_refuse_are_told() {
    for first in ["column", "guard"] {
        let project = Project::new(ARTICLES, ARTICLE);
        project.generates(&[]);
        let wider = ARTICLES.replace("name ->", "author -> Nullable<Text>,\n        name ->");
        let branch = |name: &str| {
            let (schema, settings) = match name {
                "column" => (wider.as_str(), ""),
                _ => (ARTICLES, "append_only = true\n"),
            };
            project.write("src/schema.rs", schema);
            project.write("continuum.toml", settings);
            project.generates(&["--name", name])
        };
        let one = branch(first);
        let hidden = project.path("migrations").join(format!(".{one}"));
        std::fs::rename(project.path(&format!("migrations/{one}")), &hidden).unwrap();
        branch(if first == "column" { "guard" } else { "column" });
        std::fs::rename(&hidden, project.path(&format!("migrations/{one}"))).unwrap();
        project.write("src/schema.rs", &wider);
        project.write("continuum.toml", "append_only = true\n");
        let output = project.generate(&[]);
        assert_eq!(output.code, Some(2), "{first}: {}", output.stdout);
        assert!(
            output.stderr.contains("history of table articles"),
            "{}",
            output.stderr
        );
    }
}

const USERS: &str = "
diesel::table! {
    users (id) {
        id -> Integer,
        name -> Text,
    }
}
";

#[test]
fn a_schema_that_diesel_has_printed_again_changes_nothing() {
    let project = both();
    project.generates(&[]);
    let printed = "
        diesel::table! {
            articles_version (id, transaction_id) {
                id -> Integer,
                name -> Text,
                content -> Nullable<Text>,
                transaction_id -> BigInt,
                end_transaction_id -> Nullable<BigInt>,
                operation_type -> SmallInt,
            }
        }
        diesel::table! { continuum_transaction (id) { id -> BigInt, } }
        diesel::allow_tables_to_appear_in_same_query!(articles, articles_version, tags);
    ";
    project.write("src/schema.rs", &format!("{TAGS}{printed}{ARTICLES}"));
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_column_that_was_excluded_is_taken_up_again_and_not_made_anew() {
    let project = Project::new(ARTICLES, ARTICLE);
    project.generates(&[]);
    let excluded = ARTICLE.replace("articles)]", "articles)]\n#[versioned(exclude(name))]");
    project.write("src/models.rs", &excluded);
    project.generates(&[]);
    let wider = ARTICLES.replace("name ->", "author -> Nullable<Text>,\n        name ->");
    project.write("src/schema.rs", &wider);
    project.generates(&["--name", "excluded_still"]);
    project.write("src/models.rs", ARTICLE);
    let name = project.generates(&["--name", "name_again"]);
    let up = project.read(&format!("migrations/{name}/up.sql"));
    let makes = "ADD COLUMN \"name\" TEXT NOT NULL DEFAULT ''";
    let renames = "RENAME COLUMN \"name\" TO continuum_old";
    assert!(up.find(renames) < up.find(makes), "{up}");
    assert!(up.contains("What rows became meanwhile"), "{up}");
    let output = project.generate(&[]);
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

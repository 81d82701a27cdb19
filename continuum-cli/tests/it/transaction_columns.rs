//! Columns of an application's own in the transaction log.

use crate::support::{ARTICLE, ARTICLES, Output, Project};
use expect_test::{Expect, expect};

const USERS: &str = "
diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
    }
}
";

const COLUMNS: &str = "
continuum_core::transaction_columns! {
    user_id -> Nullable<BigInt> references crate::schema::users (id) on delete set null,
    #[max_length = 40]
    tenant -> Nullable<Varchar>,
}
";

fn project(columns: &str) -> Project {
    let project = Project::new("", ARTICLE).file("src/schema.rs", &format!("{ARTICLES}{USERS}"));
    project.file("src/log.rs", columns)
}

#[track_caller]
fn refuses(project: &Project, args: &[&str], text: Expect) {
    let before = project.migrations();
    let output = project.generate(args);
    assert_eq!(output.code, Some(2), "{}{}", output.stdout, output.stderr);
    assert_eq!(project.migrations(), before);
    text.assert_eq(&output.stderr);
}

#[track_caller]
fn has_nothing_to_do(output: &Output) {
    assert_eq!(output.stderr, "");
    assert!(
        output.stdout.starts_with("nothing to do"),
        "{}",
        output.stdout
    );
}

#[test]
fn columns_are_a_part_of_the_first_migration() {
    let project = project(COLUMNS);
    let name = project.generates(&[]);
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(
        up.contains("\"user_id\" BIGINT REFERENCES \"users\" (\"id\") ON DELETE SET NULL"),
        "{up}"
    );
    let state = project.read(&format!("migrations/{name}/continuum.toml"));
    expect![[r#"
        [log]
        require = []
        append_only = false
        columns = [
          { name = "user_id", type = "Nullable<BigInt>", references = { table = "users", column = "id", on_delete = "set null" } },
          { name = "tenant", type = "Nullable<Varchar>", max_length = 40 },
        ]

    "#]]
    .assert_eq(&state[state.find("[log]").unwrap()..state.find("[[table]]").unwrap()]);
    has_nothing_to_do(&project.generate(&[]));
}

#[test]
fn a_column_is_added_kept_and_dropped_where_that_is_asked_for() {
    let project = project("");
    project.generates(&[]);
    project.write("src/log.rs", COLUMNS);
    let output = project.generate(&[]);
    expect![[r#"
        wrote migrations/[stamp]_add_transaction_columns (SQLite, from DATABASE_URL)

          up.sql          makes what is listed below
          down.sql        takes it back
          continuum.toml  says what is versioned; the next gen-migrations starts from it

          add     user_id of continuum_transaction
          add     tenant of continuum_transaction

        next: read up.sql, then `diesel migration run`
    "#]]
    .assert_eq(&output.stdout);
    has_nothing_to_do(&project.generate(&[]));

    // It stays, and comes back by being declared again.
    let without = COLUMNS.replace("#[max_length = 40]\n    tenant -> Nullable<Varchar>,", "");
    project.write("src/log.rs", &without);
    has_nothing_to_do(&project.generate(&[]));
    project.write("src/log.rs", COLUMNS);
    has_nothing_to_do(&project.generate(&[]));
    refuses(
        &project,
        &["--drop-column", "tenant"],
        expect![[r#"
            error: --drop-column tenant: transaction_columns! declares it; take it out there first
        "#]],
    );

    project.write("src/log.rs", &without);
    refuses(
        &project,
        &["--drop-column", "tenan"],
        expect![[r#"
            error: --drop-column tenan: the transaction log has no such column; those that are no longer declared are: tenant
        "#]],
    );
    let output = project.generate(&["--drop-column", "tenant"]);
    expect![[r#"
        wrote migrations/[stamp]_drop_transaction_columns (SQLite, from DATABASE_URL)

          up.sql          makes what is listed below
          down.sql        takes it back
          continuum.toml  says what is versioned; the next gen-migrations starts from it

          drop    tenant of continuum_transaction

        next: read up.sql, then `diesel migration run`
    "#]]
    .assert_eq(&output.stdout);
    has_nothing_to_do(&project.generate(&[]));
    refuses(
        &project,
        &["--drop-column", "tenant"],
        expect![[r#"
            error: --drop-column tenant: the transaction log has no column that is no longer declared
        "#]],
    );
}

#[test]
fn a_column_that_changes_is_refused() {
    let project = project(COLUMNS);
    project.generates(&[]);
    project.write(
        "src/log.rs",
        &COLUMNS.replace("Nullable<Varchar>", "Nullable<Text>"),
    );
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/log.rs:5:5: column tenant of the transaction log: it was `Nullable<Varchar>` and is now `Nullable<Text>`; declare a column of another name, which takes nothing from the one that is there; or change it in a migration of your own, and in the continuum.toml of the migration that made it
    "#]],
    );
    project.write("src/log.rs", &COLUMNS.replace(" on delete set null", ""));
    refuses(
        &project,
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/log.rs:3:5: column user_id of the transaction log: what it references has changed; declare a column of another name, which takes nothing from the one that is there; or change it in a migration of your own, and in the continuum.toml of the migration that made it
    "#]],
    );
}

#[test]
fn a_declaration_with_mistakes_is_refused_with_file_and_line() {
    let mistakes = "
        continuum_core::transaction_columns! {
            user_id -> Nullable<BigInt> references crate::schema::usres (id),
            other_id -> Nullable<BigInt> references crate::schema::users (nr),
        }
    ";
    refuses(
        &project(mistakes),
        &[],
        expect![[r#"
        error: 2 mistakes in the schema and the models; nothing was written
        src/log.rs:3:52: `user_id` references `usres`, but the schema has no `table!` of that name; did you mean `users`?
        src/log.rs:4:53: `other_id` references the column `nr`, which table users does not have; its columns are: id, name
    "#]],
    );
    let mistakes = "
        continuum_core::transaction_columns! {
            Actor -> Nullable<Text>,
            tenant -> Text,
            tenant -> Nullable<Text>,
        }
    ";
    refuses(
        &project(mistakes),
        &[],
        expect![[r#"
        error: 3 mistakes in the schema and the models; nothing was written
        src/log.rs:3:13: the transaction log has a column `Actor` already; choose another name
        src/log.rs:4:23: a change outside of a versioned_transaction says nothing of `tenant`, so it is `Nullable<Text>`; `require = ["tenant"]` in continuum.toml refuses such a change
        src/log.rs:5:13: the column `tenant` is declared twice
    "#]],
    );
    let twice = format!(
        "{COLUMNS} mod other {{ {} }}",
        COLUMNS.replace("= 40", "= 50")
    );
    refuses(
        &project(&twice),
        &[],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/log.rs:11:5: the column tenant of the transaction log is declared in another way at src/log.rs:5:5; declare it once, or in the same words
    "#]],
    );
    let same = format!("{COLUMNS} mod other {{ {COLUMNS} }}");
    project(&same).generates(&[]);
}

#[test]
fn a_type_that_the_engine_does_not_have_is_refused_with_its_cure() {
    let project = project(
        "continuum_core::transaction_columns! { tenant -> Nullable<Uuid>,
            amount -> Nullable<Numeric>,
            name -> Nullable<Text> references crate::schema::users (name) }",
    );
    refuses(
        &project,
        &["--backend", "sqlite"],
        expect![[r#"
        error: 1 mistake in the schema and the models; nothing was written
        src/log.rs:1:40: column tenant of the transaction log: continuum does not know what SQLite calls the type `Nullable<Uuid>`; say it above the column: `#[sql_type = "TEXT"]`
    "#]],
    );
    refuses(
        &project,
        &["--backend", "mysql"],
        expect![[r#"
        error: 3 mistakes in the schema and the models; nothing was written
        src/log.rs:1:40: column tenant of the transaction log: continuum does not know what MySQL calls the type `Nullable<Uuid>`; say it above the column: `#[sql_type = "BINARY(16)"]`
        src/log.rs:2:13: column amount of the transaction log: continuum does not know what MySQL calls the type `Nullable<Numeric>`; say it above the column: `#[sql_type = "DECIMAL(12, 2)"]`
        src/log.rs:3:13: column name of the transaction log: MySQL takes no LONGTEXT for a foreign key; say how long it may be, as the column is that it references: `#[max_length = 36]`, or `#[sql_type = "VARCHAR(36) CHARACTER SET ascii"]`
    "#]],
    );
    let output = project.generate(&["--backend", "postgres", "--stdout"]);
    assert!(
        output.stdout.contains("\"tenant\" uuid"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_column_may_be_required_and_another_word_may_not() {
    let project = project(COLUMNS).file("continuum.toml", "require = [\"user_id\", \"actor\"]\n");
    let name = project.generates(&[]);
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(
        up.contains("articles is changed without a value for user_id"),
        "{up}"
    );
    let state = project.read(&format!("migrations/{name}/continuum.toml"));
    assert!(
        state.contains("require = [\"actor\", \"user_id\"]"),
        "{state}"
    );
    has_nothing_to_do(&project.generate(&[]));
    project.write(
        "continuum.toml",
        "\nrequire = [\n  \"actor\", \"tenent\"]\n",
    );
    refuses(
        &project,
        &[],
        expect![[r#"
        error: continuum.toml:3:12: `tenent` is nothing that a change can be required to have; did you mean `tenant`? it is one of transaction, actor, reason, user_id, tenant; a column is declared with `transaction_columns!`
    "#]],
    );
}

//! What is written is read back.

use super::*;
use continuum_schema::Required;

fn state() -> State {
    let column = |name: &str, rust_name: &str, sql_type, max_length| Column {
        name: name.to_owned(),
        rust_name: rust_name.to_owned(),
        sql_type: SqlType::new(sql_type, max_length),
    };
    let table = Table {
        name: TableName {
            schema: Some("it's \"mine\"".to_owned()),
            name: "Artikel ü\n".to_owned(),
        },
        rust_name: "artikel".to_owned(),
        columns: vec![
            column("id", "id", "Uuid", None),
            column("type", "type_", "Nullable<Array<Text>>", None),
            column("secret", "secret", "Varchar", Some(80)),
            column("count", "count", "Int4", None),
        ],
        primary_key: vec!["id".to_owned()],
    };
    let options = Options {
        exclude: vec!["count".to_owned()],
        hidden: vec!["secret".to_owned()],
        version_table: Some("history".to_owned()),
        strategy: Strategy::Subquery,
        track_changes: true,
        ..Options::default()
    };
    State {
        dialect: Dialect::Postgres,
        fingerprint: "00ff".to_owned(),
        creates_log: true,
        log: Some(DescribedLog {
            log: Log {
                require: vec![Required::Actor, Required::Column("user id".to_owned())],
                append_only: true,
                columns: log::tests::columns(),
            },
            previous: Some("00cc".to_owned()),
        }),
        after_log: Some("00ee".to_owned()),
        known: vec![Known {
            table: TableName {
                schema: Some("a \"b\"".to_owned()),
                name: "pages".to_owned(),
            },
            previous: "00dd".to_owned(),
        }],
        tables: vec![Described {
            table: VersionedTable::new(table, &options).unwrap(),
            previous: Some("00aa".to_owned()),
        }],
        stopped: vec![Stopped {
            table: TableName {
                schema: None,
                name: "tags".to_owned(),
            },
            previous: "00bb".to_owned(),
        }],
    }
}

#[test]
fn what_is_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    std::fs::write(&path, state().text()).unwrap();
    assert_eq!(State::read(&path).unwrap(), state());
}

#[test]
fn a_column_is_one_line() {
    expect_test::expect![[r##"
        # Written by continuum-cli with the up.sql beside it: what that migration versions, and how.
        # The next `continuum-cli gen-migrations` starts from it. Commit it.
        format = 1
        backend = "postgres"
        fingerprint = "00ff"
        creates_log = true
        after_log = "00ee"
        known = [
          { schema = 'a "b"', name = "pages", previous = "00dd" },
        ]

        [log]
        previous = "00cc"
        require = ["actor", "user id"]
        append_only = true
        columns = [
          { name = "user id", rust_name = "user_id", type = "Nullable<BigInt>", references = { schema = "auth", table = "users", column = "id", on_delete = "set null" } },
          { name = "mood", type = "Nullable<Mood>", max_length = 9, sql_type = "mood" },
        ]

        [[table]]
        schema = """it's "mine""""
        name = """
        Artikel ü
        """
        rust_name = "artikel"
        version_table = "history"
        strategy = "subquery"
        track_changes = true
        previous = "00aa"
        primary_key = ["id"]
        columns = [
          { name = "id", type = "Uuid" },
          { name = "type", rust_name = "type_", type = "Nullable<Array<Text>>" },
          { name = "secret", type = "Varchar", max_length = 80, tracking = "hidden" },
          { name = "count", type = "Int4", tracking = "excluded" },
        ]

        [[stopped]]
        name = "tags"
        previous = "00bb"
    "##]]
    .assert_eq(&state().text());
}

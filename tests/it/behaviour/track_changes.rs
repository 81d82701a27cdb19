//! `track_changes`: each version says of every column whether it changed it.

use super::{Conn, database, transaction};
use crate::support::database::{Database, Engine};
use crate::support::history::{number, story};
use crate::support::kept::{Kept, STRATEGIES, keep, texts};
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{Dialect, parse};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

mod lives;

continuum_core::version_tables! {
    #[versioned(track_changes, hidden(secret))]
    diesel::table! {
        with_validity (id) {
            id -> Integer,
            name -> Text,
            content -> Nullable<Text>,
            secret -> Nullable<Text>,
        }
    }
    #[versioned(track_changes, hidden(secret), strategy = "subquery")]
    diesel::table! {
        with_subquery (id) {
            id -> Integer,
            name -> Text,
            content -> Nullable<Text>,
            secret -> Nullable<Text>,
        }
    }
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = with_validity)]
#[versioned(track_changes, hidden(secret))]
struct WithValidity {
    id: i32,
    name: String,
    content: Option<String>,
}

#[derive(Queryable, Selectable, Versioned)]
#[diesel(table_name = with_subquery)]
#[versioned(track_changes, hidden(secret), strategy = "subquery")]
struct WithSubquery {
    id: i32,
    name: String,
    content: Option<String>,
}

const KEPT: [Kept; 2] = [
    Kept {
        table: "with_validity",
        version_table: "with_validity_version",
    },
    Kept {
        table: "with_subquery",
        version_table: "with_subquery_version",
    },
];

fn set_up(db: &Database<Conn>) -> Conn {
    let create = |kept: &Kept| {
        let table = kept.table;
        format!(
            "CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL,
            content VARCHAR(50), secret VARCHAR(50));"
        )
    };
    let columns =
        "id -> Integer, name -> Text, content -> Nullable<Text>, secret -> Nullable<Text>";
    let describe = |kept: &Kept| format!("{} (id) {{ {columns} }}", kept.table);
    let [with_validity, with_subquery] = KEPT.each_ref().map(describe);
    let options = STRATEGIES.map(|strategy| format!("track_changes, hidden(secret), {strategy}"));
    keep(
        db,
        &KEPT.each_ref().map(create).concat(),
        &[(&with_validity, &options[0]), (&with_subquery, &options[1])],
    )
}

/// The same for the table of each strategy, with its structs and the modules of its tables.
macro_rules! on_each_strategy {
    (|$row:ident, $version:ident, $table:ident, $version_table:ident| $body:block) => {{
        {
            #[allow(unused_imports)]
            use self::{
                WithValidity as $row, WithValidityVersion as $version, with_validity as $table,
                with_validity_version as $version_table,
            };
            $body
        }
        {
            #[allow(unused_imports)]
            use self::{
                WithSubquery as $row, WithSubqueryVersion as $version, with_subquery as $table,
                with_subquery_version as $version_table,
            };
            $body
        }
    }};
}

/// Each of the transactions is a list of statements (`{t}` is the table); the last list is what
/// that leaves in the history, with the names of the columns that each version changed.
fn check(transactions: &[&[&str]], expected: &[&str]) {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    for kept in KEPT {
        for steps in transactions {
            let steps: Vec<_> = steps.iter().map(|s| s.replace("{t}", kept.table)).collect();
            transaction(conn, &steps);
        }
        assert_eq!(told(conn, kept.version_table), expected, "{}", kept.table);
        assert_sound(conn);
    }
}

fn told(conn: &mut Conn, version_table: &str) -> Vec<String> {
    let flags = ["name", "content", "secret"]
        .map(|column| format!("CASE WHEN {column}_mod THEN '{column}' ELSE '-' END"));
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    story(conn, version_table, &flags, "true")
}

const INSERT: &str = "INSERT INTO {t} (id, name) VALUES (1, 'a')";

#[test]
fn an_insert_flags_what_is_set_an_update_what_it_changes_a_delete_everything() {
    // M02
    check(
        &[
            &[INSERT],
            &["UPDATE {t} SET content = 'c'"],
            &["UPDATE {t} SET name = 'b', content = 'c'"],
            &["UPDATE {t} SET name = 'c', content = NULL, secret = 's'"],
            &["DELETE FROM {t}"],
        ],
        &[
            "insert name, -, -",
            "update -, content, -",
            "update name, -, -",
            "update name, content, secret",
            "delete name, content, secret",
        ],
    );
}

#[test]
fn what_several_statements_changed_is_flagged_in_their_one_version() {
    // B13, B14
    check(
        &[
            &[INSERT, "UPDATE {t} SET content = 'c'"],
            &["UPDATE {t} SET name = 'b'", "UPDATE {t} SET content = 'd'"],
            &["UPDATE {t} SET name = 'c'", "UPDATE {t} SET name = 'd'"],
            &["UPDATE {t} SET name = 'e'", "UPDATE {t} SET secret = 's'"],
            &["UPDATE {t} SET name = 'f'", "DELETE FROM {t}"],
        ],
        &[
            "insert name, content, -",
            "update name, content, -",
            "update name, -, -",
            "update name, -, secret",
            "delete name, content, secret",
        ],
    );
}

#[test]
fn a_column_that_is_what_it_was_is_not_flagged() {
    check(
        &[
            &[
                INSERT,
                "UPDATE {t} SET content = 'c'",
                "UPDATE {t} SET content = NULL",
            ],
            &[
                "UPDATE {t} SET name = 'b'",
                "UPDATE {t} SET content = 'c'",
                "UPDATE {t} SET name = 'a'",
            ],
            &[
                "UPDATE {t} SET name = 'b', secret = 's'",
                "UPDATE {t} SET name = 'a'",
            ],
            &[
                "DELETE FROM {t}",
                "INSERT INTO {t} (id, name, content, secret) VALUES (1, 'b', 'c', 's')",
            ],
        ],
        &[
            "insert name, -, -",
            "update -, content, -",
            "update -, -, secret",
            // A secret that was deleted and given again cannot be compared.
            "update name, -, secret",
        ],
    );
}

#[test]
fn a_version_that_says_nothing_is_not_kept_by_its_flags() {
    // B10
    check(
        &[
            &[INSERT],
            &[
                "UPDATE {t} SET name = 'b', content = 'c'",
                "UPDATE {t} SET name = 'a', content = NULL",
            ],
            &["UPDATE {t} SET name = 'a'"],
        ],
        &["insert name, -, -"],
    );
}

#[test]
fn a_row_that_comes_back_is_flagged_like_an_insert() {
    check(
        &[
            &[INSERT, "UPDATE {t} SET content = 'c'"],
            &["DELETE FROM {t}"],
            &[INSERT],
            &["DELETE FROM {t}"],
            &[INSERT, "UPDATE {t} SET content = 'c'"],
        ],
        &[
            "insert name, content, -",
            "delete name, content, secret",
            "insert name, -, -",
            "delete name, content, secret",
            "insert name, content, -",
        ],
    );
}

#[test]
fn the_key_has_no_flag_and_neither_has_a_table_of_keys() {
    // M01
    let (schema, models) = texts(&[
        (
            "articles (id) { id -> Integer, name -> Text, views -> Integer }",
            "track_changes, exclude(views)",
        ),
        (
            "links (a, b) { a -> Integer, b -> Integer }",
            "track_changes",
        ),
    ]);
    let tables = parse::tables(&schema, "schema.rs").unwrap();
    let models = parse::models(&models, "models.rs").unwrap();
    let tables = parse::versioned_tables(&tables, &models).unwrap();
    let flags: Vec<_> = tables
        .iter()
        .flat_map(|table| table.version_columns())
        .filter(|column| column.name.ends_with("_mod"))
        .map(|column| format!("{} {}", column.name, column.sql_type))
        .collect();
    assert_eq!(flags, ["name_mod Bool"]);
}

#[test]
fn a_column_with_the_name_of_a_flag_is_refused() {
    let (schema, models) = texts(&[(
        "articles (id) { id -> Integer, name -> Text, name_mod -> Bool }",
        "track_changes",
    )]);
    let tables = parse::tables(&schema, "schema.rs").unwrap();
    let models = parse::models(&models, "models.rs").unwrap();
    let errors = parse::versioned_tables(&tables, &models).unwrap_err();
    let text: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(text.len(), 1, "{text:?}");
    assert!(
        text[0].contains("needs the column name name_mod"),
        "{text:?}"
    );
}

#[test]
fn a_version_has_its_flags_as_fields_and_tells_the_columns_by_name() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let mut tables = KEPT.into_iter();
    on_each_strategy!(|Row, RowVersion, rows, versions| {
        let table = tables.next().unwrap().table;
        for statement in [INSERT, "UPDATE {t} SET content = 'c', secret = 's'"] {
            transaction(conn, &[statement.replace("{t}", table)]);
        }
        let row: Row = rows::table.select(Row::as_select()).first(conn).unwrap();
        assert_eq!(
            (row.name.as_str(), row.content.as_deref()),
            ("a", Some("c"))
        );
        let told: Vec<RowVersion> = row.versions().load(conn).unwrap();
        assert!(told[0].name_mod && !told[0].content_mod && !told[0].secret_mod);
        assert!(!told[1].name_mod && told[1].content_mod && told[1].secret_mod);
        assert_eq!(told[0].changed_columns(), ["name"]);
        assert_eq!(told[1].changed_columns(), ["content", "secret"]);
        assert_eq!(told[1].hidden_changed(), ["secret"]);
    });
}

#[test]
fn the_versions_that_changed_a_column_are_found_by_its_flag() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    let mut tables = KEPT.into_iter();
    on_each_strategy!(|Row, RowVersion, rows, versions| {
        let table = tables.next().unwrap().table;
        for statement in [
            INSERT,
            "UPDATE {t} SET name = 'b'",
            "UPDATE {t} SET content = 'c'",
            "UPDATE {t} SET content = NULL",
            "DELETE FROM {t}",
        ] {
            transaction(conn, &[statement.replace("{t}", table)]);
        }
        let first: i64 = versions::table
            .select(diesel::dsl::min(versions::transaction_id).assume_not_null())
            .first(conn)
            .unwrap();
        macro_rules! changed {
            ($column:ident) => {{
                let query = versions::table
                    .filter(RowVersion::changed(versions::$column))
                    .order(versions::transaction_id)
                    .select(versions::transaction_id);
                let sql = diesel::debug_query::<<Conn as Connection>::Backend, _>(&query);
                let by_flag = sql
                    .to_string()
                    .contains(concat!(stringify!($column), "_mod"));
                let found: Vec<i64> = query.load(conn).unwrap();
                let places: Vec<_> = found.iter().map(|id| id - first).collect();
                (places, by_flag)
            }};
        }
        // What is NULL when the row is deleted is not among the changes, with and without a flag.
        assert_eq!(changed!(name), (vec![0, 1, 4], true));
        assert_eq!(changed!(content), (vec![2, 3], true));
        assert_eq!(changed!(id), (vec![0, 4], false));
    });
}

#[test]
fn rows_from_before_the_history_are_flagged_with_their_first_version() {
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        let conn: &mut Conn = &mut keep(
            &db,
            "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b INTEGER);
            INSERT INTO notes VALUES (1, 1, NULL);",
            &[(
                "notes (id) { id -> Integer, a -> Nullable<Integer>, b -> Nullable<Integer> }",
                &format!("track_changes, {strategy}"),
            )],
        );
        transaction(
            conn,
            &[
                "UPDATE notes SET b = 1",
                "UPDATE notes SET a = 2",
                "UPDATE notes SET a = 1",
            ],
        );
        let flags = ["a", "b"].map(|c| format!("CASE WHEN {c}_mod THEN '{c}' END"));
        assert_eq!(
            story(
                conn,
                "notes_version",
                &flags.each_ref().map(String::as_str),
                "true"
            ),
            ["insert a, NULL", "update NULL, b"]
        );
    }
}

#[test]
fn what_a_trigger_of_the_application_changes_as_well_is_compared_with_the_version_before() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut set_up(&db);
    for kept in KEPT {
        let table = kept.table;
        let set = format!("UPDATE {table} SET content = 'by ' || NEW.name WHERE id = NEW.id");
        let triggers = match Conn::DIALECT {
            Dialect::Sqlite => format!(
                "CREATE TRIGGER a_{table} AFTER UPDATE OF name ON {table} BEGIN {set}; END;"
            ),
            Dialect::Postgres => format!(
                "CREATE FUNCTION a_{table}() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN {set}; RETURN NULL; END $$;
                CREATE TRIGGER a_{table} AFTER UPDATE OF name ON {table}
                FOR EACH ROW EXECUTE FUNCTION a_{table}();"
            ),
            _ => return, // MySQL: a trigger may not change the table that fired it.
        };
        transaction(conn, &[INSERT.replace("{t}", table)]);
        conn.batch_execute(&triggers).unwrap();
        let rename = format!("UPDATE {table} SET name = 'b'");
        let tell = format!("UPDATE {table} SET content = 'else'");
        let rename_back = format!("UPDATE {table} SET name = 'a'");
        transaction(conn, &[&rename]);
        transaction(conn, &[&tell, &rename]);
        transaction(conn, &[&tell, &rename_back]);
        transaction(conn, &[&rename_back, &tell]);
        assert_eq!(
            told(conn, kept.version_table),
            [
                "insert name, -, -",
                "update name, content, -",
                "update name, content, -",
                "update -, content, -"
            ],
            "{table}"
        );
        assert_sound(conn);
    }
}

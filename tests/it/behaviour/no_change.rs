//! What changes nothing leaves nothing.

use super::{Conn, database, log, on_conflict, transaction};
use crate::support::articles;
use crate::support::database::Engine;
use crate::support::history::{count, story};
use crate::support::kept::keep;
use crate::support::sound::empty_transactions;
use crate::support::strategies::{self, KEPT};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;

#[test]
fn writing_the_values_that_are_there_leaves_nothing() {
    // C01, C02
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        conn.batch_execute(&on_table(
            "INSERT INTO {t} (id, name, content) VALUES (1, 'a', NULL), (2, 'b', 'c')",
        ))
        .unwrap();
        let recorded = log(conn);
        let same = [
            on_table("UPDATE {t} SET name = 'a' WHERE id = 1"),
            on_table("UPDATE {t} SET id = id, name = name, content = content"),
            on_table(&format!(
                "INSERT INTO {{t}} (id, name) VALUES (1, 'a') {}",
                on_conflict("id", &["name"])
            )),
        ];
        for statement in &same {
            conn.batch_execute(statement).unwrap();
            transaction(conn, &[statement]);
        }
        transaction(conn, &same);
        assert_eq!(count(conn, kept.version_table), 2);
        assert_eq!(log(conn), recorded);
    }
}

#[test]
fn a_statement_for_many_rows_makes_versions_of_those_that_change() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        conn.batch_execute(&on_table(
            "INSERT INTO {t} (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        ))
        .unwrap();
        transaction(conn, &[on_table("UPDATE {t} SET name = 'b'")]);
        let mut changed = story(
            conn,
            kept.version_table,
            &["id", "name"],
            "operation_type = 1",
        );
        changed.sort();
        assert_eq!(changed, ["update 1, b", "update 3, b"]);
    }
}

#[test]
fn a_statement_for_many_rows_finds_the_one_that_changes_wherever_it_is() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        for id in 1..=5 {
            let insert = on_table(&format!("INSERT INTO {{t}} (id, name) VALUES ({id}, 'a')"));
            conn.batch_execute(&insert).unwrap();
        }
        for id in 1..=5 {
            let change =
                format!("UPDATE {{t}} SET name = CASE id WHEN {id} THEN 'b' ELSE name END");
            transaction(conn, &[on_table(&change)]);
            let changed = story(conn, kept.version_table, &["id"], "operation_type = 1");
            let expected: Vec<String> = (1..=id).map(|n| format!("update {n}")).collect();
            assert_eq!(changed, expected);
        }
    }
}

#[test]
fn an_empty_text_is_not_null() {
    // C01: the other way round.
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let on_table = |sql: &str| sql.replace("{t}", kept.table);
        for statement in [
            "INSERT INTO {t} (id, name) VALUES (1, 'a')",
            "UPDATE {t} SET content = ''",
            "UPDATE {t} SET content = ' '",
            "UPDATE {t} SET content = NULL",
        ] {
            transaction(conn, &[on_table(statement)]);
        }
        assert_eq!(
            story(conn, kept.version_table, &["content"], "id = 1"),
            ["insert NULL", "update ", "update  ", "update NULL"]
        );
    }
}

#[test]
fn a_statement_that_finds_no_row_leaves_nothing() {
    // J07
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    for kept in KEPT {
        let table = kept.table;
        transaction(
            conn,
            &[
                format!("UPDATE {table} SET name = 'x' WHERE id = 7"),
                format!("DELETE FROM {table} WHERE id = 7"),
                format!("INSERT INTO {table} (id, name) SELECT 1, 'a' WHERE 1 = 0"),
            ],
        );
        assert_eq!(count(conn, kept.version_table), 0);
    }
    assert_eq!(log(conn), []);
}

#[test]
fn pointing_to_another_row_is_a_change_though_that_row_has_no_history() {
    // C11
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE texts (
            id INTEGER NOT NULL PRIMARY KEY, author_id INTEGER REFERENCES authors (id)
        );
        INSERT INTO authors VALUES (1), (2);",
        &[(
            "texts (id) { id -> Integer, author_id -> Nullable<Integer> }",
            "",
        )],
    );
    for author in ["NULL", "1", "2", "2", "NULL"] {
        transaction(
            conn,
            &[format!(
                "INSERT INTO texts VALUES (1, {author}) {}",
                on_conflict("id", &["author_id"])
            )],
        );
    }
    assert_eq!(
        story(conn, "texts_version", &["author_id"], "id = 1"),
        ["insert NULL", "update 1", "update 2", "update NULL"]
    );
}

#[test]
fn a_trigger_of_the_application_that_undoes_a_change_leaves_nothing_of_it() {
    // C14
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut articles::set_up(&db);
    conn.batch_execute(match Conn::DIALECT {
        Dialect::Postgres => {
            "CREATE FUNCTION keep_name() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.name := OLD.name;
                RETURN NEW;
            END $$;
            CREATE TRIGGER keep_name BEFORE UPDATE ON articles
            FOR EACH ROW EXECUTE FUNCTION keep_name();"
        }
        Dialect::MySql => {
            "CREATE TRIGGER keep_name BEFORE UPDATE ON articles
            FOR EACH ROW SET NEW.name = OLD.name"
        }
        _ => {
            "CREATE TRIGGER keep_name AFTER UPDATE OF name ON articles WHEN NEW.name <> OLD.name
            BEGIN
                UPDATE articles SET name = OLD.name WHERE id = OLD.id;
            END;"
        }
    })
    .unwrap();
    conn.batch_execute("INSERT INTO articles (id, name) VALUES (1, 'a')")
        .unwrap();
    let recorded = log(conn);
    transaction(conn, &["UPDATE articles SET name = 'b'"]);
    assert_eq!(log(conn), recorded);
    transaction(conn, &["UPDATE articles SET name = 'b', content = 'c'"]);
    assert_eq!(
        story(conn, "articles_version", &["name", "content"], "id = 1"),
        ["insert a, NULL", "update a, c"]
    );
}

#[test]
fn so_it_does_beside_a_history_that_has_ended_and_was_dropped() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut keep(
        &db,
        "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY);
        CREATE TABLE drafts (id INTEGER NOT NULL PRIMARY KEY);",
        &[
            ("notes (id) { id -> Integer }", ""),
            ("drafts (id) { id -> Integer }", ""),
        ],
    );
    let forget = "DELETE FROM continuum_table WHERE version_table = 'drafts_version'";
    conn.batch_execute(
        "UPDATE continuum_table SET recording = FALSE WHERE version_table = 'drafts_version';
        DROP TABLE drafts; DROP TABLE drafts_version;",
    )
    .unwrap();
    if Conn::DIALECT == Dialect::MySql {
        // Which would have to look for the table each time.
        conn.batch_execute(forget).unwrap();
    }
    transaction(conn, &["INSERT INTO notes VALUES (1)", "DELETE FROM notes"]);
    assert_eq!(empty_transactions(conn, &["notes_version"]), 0);
}

//! What a first migration left that failed is not taken for the history of the next one.

use super::behaviour::transaction;
use super::{Conn, database};
use crate::support::history::{count, story};
use crate::support::plan::plan;
use crate::support::sound::assert_sound;
use continuum_schema::{Baseline, Dialect, ForeignKey, Plan, TableName};
use diesel::connection::SimpleConnection;

const TREE: &str = "CREATE TABLE c (
    id INT NOT NULL PRIMARY KEY, parent_id INT NULL,
    CONSTRAINT c_parent FOREIGN KEY (parent_id) REFERENCES c (id) ON DELETE CASCADE
)";

/// Its foreign key.
fn parent() -> ForeignKey {
    let table = TableName {
        schema: None,
        name: "c".to_owned(),
    };
    ForeignKey {
        table: table.clone(),
        columns: vec!["parent_id".to_owned()],
        parent: table,
        parent_columns: vec!["id".to_owned()],
    }
}

/// The first migration of `TREE`, with its foreign key or without.
fn tree(foreign_keys: &[ForeignKey]) -> Plan {
    plan(
        "diesel::table! { c (id) { id -> Integer, parent_id -> Nullable<Integer> } }",
        "#[derive(Versioned)] #[diesel(table_name = c)] struct Row;",
        foreign_keys,
        Dialect::MySql,
        Baseline::Rows,
    )
}

#[test]
fn a_corrected_migration_begins_anew() {
    let Some(db) = database() else { return };
    db.apply(TREE);
    let conn: &mut Conn = &mut db.connect();
    let refused = conn.batch_execute(&tree(&[]).up_sql()).unwrap_err();
    assert!(refused.to_string().contains("c_parent"), "{refused}");
    // Its triggers are there, and record what nobody will read.
    let conn: &mut Conn = &mut db.connect();
    conn.batch_execute("INSERT INTO c VALUES (1, NULL)")
        .unwrap();

    db.apply(&tree(&[parent()]).up_sql());
    transaction(
        conn,
        &["INSERT INTO c VALUES (2, 1)", "DELETE FROM c WHERE id = 1"],
    );
    assert_sound(conn);
    assert_eq!(
        story(conn, "c_version", &["id"], "id = 1"),
        ["insert 1", "delete 1"]
    );
}

#[test]
fn a_migration_that_runs_once_more_by_hand_loses_no_version() {
    let Some(db) = database() else { return };
    db.apply(TREE);
    let plan = tree(&[parent()]);
    db.apply(&plan.up_sql());
    let conn: &mut Conn = &mut db.connect();
    transaction(conn, &["INSERT INTO c VALUES (1, NULL), (2, 1)"]);
    let again = db.connect().batch_execute(&plan.up_sql()).unwrap_err();
    assert!(again.to_string().contains("Duplicate entry"), "{again}");
    assert_eq!(count(conn, "c_version"), 2);
    transaction(conn, &["DELETE FROM c WHERE id = 1"]);
    assert_eq!(count(conn, "c_version"), 4);
    assert_sound(conn);
}

#[test]
fn a_table_of_the_application_is_not_taken_for_a_version_table() {
    let Some(db) = database() else { return };
    db.apply(TREE);
    db.apply(
        "CREATE TABLE c_version (
            id INT NOT NULL, parent_id INT, transaction_id BIGINT NOT NULL,
            operation_type SMALLINT NOT NULL, PRIMARY KEY (id, transaction_id)
        );
        INSERT INTO c_version VALUES (1, NULL, 7, 0);",
    );
    let conn: &mut Conn = &mut db.connect();
    let refused = conn.batch_execute(&tree(&[parent()]).up_sql()).unwrap_err();
    assert!(
        refused.to_string().contains("c_version is there already"),
        "{refused}"
    );
    assert_eq!(count(&mut db.connect(), "c_version"), 1);
}

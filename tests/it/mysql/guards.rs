//! A history that is only added to.

use super::{Conn, database};
use crate::support::history::count;
use crate::support::kept::versioned;
use crate::support::sound::assert_sound;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan};
use diesel::connection::SimpleConnection;

#[test]
fn a_version_table_is_not_truncated_whatever_its_key_and_its_name_are() {
    let long = "a".repeat(56);
    let tables = [
        (
            format!("CREATE TABLE {long} (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY)"),
            format!("{long} (id) {{ id -> Unsigned<Integer> }}"),
            format!("INSERT INTO {long} VALUES (1)"),
        ),
        (
            "CREATE TABLE parts (
                mood ENUM('good', 'Bad') NOT NULL,
                code BINARY(16) NOT NULL,
                name VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL,
                price DECIMAL(7, 3) NOT NULL,
                PRIMARY KEY (name, mood, code, price)
            )"
            .to_owned(),
            "parts (name, mood, code, price) {
                mood -> crate::Mood, code -> Binary, name -> Varchar, price -> Decimal
            }"
            .to_owned(),
            "INSERT INTO parts VALUES ('good', '1', 'ü', 1.5)".to_owned(),
        ),
    ];
    for (create, declaration, insert) in tables {
        let Some(db) = database() else { return };
        db.apply(&create);
        let tables = &versioned(&[(&declaration, "")]);
        let log = &Log {
            append_only: true,
            ..Log::default()
        };
        let wanted = Histories { tables, log };
        let plan = Plan::between_histories(None, wanted, Dialect::MySql, Baseline::Rows).unwrap();
        db.apply(&plan.up_sql());

        let conn: &mut Conn = &mut db.connect();
        conn.batch_execute(&insert).unwrap();
        let version_table = &tables[0].version_table.name;
        let error = conn
            .batch_execute(&format!("TRUNCATE TABLE {version_table}"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("Cannot truncate"), "{error}");
        assert_eq!(count(conn, version_table), 1);
        // What the recording does to versions goes on.
        let table = &tables[0].table.name.name;
        conn.versioned_transaction(ChangeInfo::new(), |conn| {
            conn.batch_execute(&format!("DELETE FROM {table}; {insert}"))
        })
        .unwrap();
        conn.batch_execute(&format!("DELETE FROM {table}")).unwrap();
        assert_sound(conn);
        db.apply(&plan.down_sql());
    }
}

#[test]
fn a_statement_that_is_recorded_does_not_write_versions_itself() {
    let Some(db) = database() else { return };
    db.apply(
        "CREATE TABLE a (id INT NOT NULL PRIMARY KEY, n TEXT);
        CREATE TABLE b (id INT NOT NULL PRIMARY KEY, n TEXT)",
    );
    let tables = &versioned(&[
        ("a (id) { id -> Integer, n -> Nullable<Text> }", ""),
        ("b (id) { id -> Integer, n -> Nullable<Text> }", ""),
    ]);
    let log = &Log {
        append_only: true,
        ..Log::default()
    };
    let wanted = Histories { tables, log };
    let plan = Plan::between_histories(None, wanted, Dialect::MySql, Baseline::Rows).unwrap();
    db.apply(&plan.up_sql());
    let conn: &mut Conn = &mut db.connect();
    conn.batch_execute(
        "INSERT INTO a VALUES (1, 'one'); INSERT INTO b VALUES (1, 'one');
        INSERT INTO continuum_activity (verb) VALUES ('real')",
    )
    .unwrap();
    for forgery in [
        "UPDATE a JOIN b_version v SET a.n = 'x', v.n = 'forged'",
        "DELETE a, v FROM a JOIN b_version v",
        "INSERT INTO continuum_activity (id, verb) VALUES (1, 'q') \
         ON DUPLICATE KEY UPDATE verb = 'forged'",
        "REPLACE INTO continuum_activity (id, verb) VALUES (1, 'forged')",
    ] {
        let error = conn.batch_execute(forgery).unwrap_err().to_string();
        assert!(error.contains("only added to"), "{forgery}: {error}");
    }
    assert_eq!(count(conn, "b_version"), 1);
    assert_sound(conn);
}

//! More tables than a compound SELECT has parts: SQLite takes 500.

use super::{Conn, database};
use crate::support::kept::keep;
use crate::support::watch::statements;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

const TABLES: usize = 501;

/// Version tables beside the one that was installed, each with a version of its transaction.
fn more_version_tables() -> String {
    let table = |n: usize| {
        format!(
            "CREATE TABLE t{n:03}_version (
                id INTEGER NOT NULL, transaction_id BIGINT NOT NULL, end_transaction_id BIGINT,
                operation_type SMALLINT NOT NULL, PRIMARY KEY (id, transaction_id)
            );
            INSERT INTO t{n:03}_version SELECT * FROM t000_version;
            INSERT INTO continuum_table
            SELECT 't{n:03}', 't{n:03}_version', strategy, tracked_columns, recording,
                baseline_transaction_id, baseline_complete
            FROM continuum_table WHERE table_name = 't000';"
        )
    };
    let tables: Vec<String> = (1..TABLES).map(table).collect();
    format!("BEGIN; {} COMMIT;", tables.concat())
}

#[test]
fn a_transaction_tells_what_it_changed_in_each_of_hundreds_of_tables() {
    let Some(db) = database() else { return };
    let sql = "CREATE TABLE t000 (id INTEGER NOT NULL PRIMARY KEY);";
    let conn: &mut Conn = &mut keep(&db, sql, &[("t000 (id) { id -> Integer, }", "")]);
    conn.versioned_transaction(ChangeInfo::new().actor("alice"), |conn| {
        conn.batch_execute("INSERT INTO t000 VALUES (1)")
    })
    .unwrap();
    conn.batch_execute(&more_version_tables()).unwrap();
    let transaction: Transaction = continuum_transaction::table
        .filter(continuum_transaction::actor.eq("alice"))
        .select(Transaction::as_select())
        .first(conn)
        .unwrap();
    let seen = statements(conn, |conn| {
        let changed = transaction.changes(conn).unwrap();
        let tables: Vec<String> = changed.iter().map(|table| table.table.clone()).collect();
        let expected: Vec<String> = (0..TABLES).map(|n| format!("t{n:03}")).collect();
        assert_eq!(tables, expected);
        assert!(changed.iter().all(|table| table.rows.len() == 1));
    });
    assert_eq!(seen, 1 + 6);
}

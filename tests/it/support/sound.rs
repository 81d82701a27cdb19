//! What holds of every history, whatever happened to the table.

use super::database::Engine;
use super::history::{Count, number};
use continuum_core::{RecordingBackend, verify};
use diesel::connection::LoadConnection;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;

/// Fails where a history in this database breaks a rule.
pub fn assert_sound<C>(conn: &mut C)
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    assert_eq!(verify(conn).unwrap(), []);
}

/// How many transactions of the log, baselines aside, have no version in these tables.
pub fn empty_transactions<C>(conn: &mut C, version_tables: &[&str]) -> i64
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Count>,
{
    let unused: Vec<_> = version_tables
        .iter()
        .map(|table| format!("id NOT IN (SELECT transaction_id FROM {table})"))
        .collect();
    number(
        conn,
        &format!(
            "SELECT count(*) AS count FROM continuum_transaction
            WHERE id NOT IN (SELECT baseline_transaction_id FROM continuum_table) AND {}",
            unused.join(" AND ")
        ),
    )
}

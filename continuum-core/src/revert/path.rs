//! The TEMP tables of the rows that relations lead to.

use super::statement::Statement;
use crate::backend::RecordingBackend;
use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::query_builder::QueryFragment;

/// Makes the TEMP table of a path from a query, whose fragment of Diesel's is in the middle.
pub(super) fn create<C, F>(
    conn: &mut C,
    path: usize,
    key: &str,
    (before, fragment, after): (&str, &F, &str),
) -> QueryResult<()>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
    F: QueryFragment<C::Backend>,
{
    let name = of_path(path);
    if C::Backend::READS_TEMPORARY_ONCE {
        // What an error has left: no rollback takes it away.
        conn.batch_execute(&C::Backend::drop_temporary(&name))?;
    }
    let statement = Statement {
        before: C::Backend::create_temporary(&name, key) + before,
        fragment,
        after,
    };
    conn.execute_returning_count(&statement)?;
    let index = C::Backend::index_temporary(&name, key);
    if !index.is_empty() {
        conn.batch_execute(&index)?;
    }
    copy(conn, path, key)
}

/// The TEMP table of a path by the name under which a query reads it once more.
pub(super) fn copy<C>(conn: &mut C, path: usize, key: &str) -> QueryResult<()>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    if !C::Backend::READS_TEMPORARY_ONCE {
        return Ok(());
    }
    let (name, again) = (of_path(path), again::<C::Backend>(path));
    conn.batch_execute(&C::Backend::drop_temporary(&again))?;
    let create = C::Backend::create_temporary(&again, key);
    conn.batch_execute(&format!("{create}SELECT * FROM {name}"))
}

/// How many rows a path led to.
pub(super) fn count<C>(conn: &mut C, path: usize) -> QueryResult<i64>
where
    C: LoadConnection,
    C::Backend: RecordingBackend,
{
    let count = format!(
        "SELECT 'found' AS rule, NULL AS row_key, count(*) AS transaction_id FROM {}",
        of_path(path)
    );
    let found = C::Backend::found(conn, count)?;
    Ok(found
        .first()
        .and_then(|found| found.transaction_id)
        .unwrap_or_default())
}

/// The TEMP table of a path.
pub(super) fn of_path(path: usize) -> String {
    format!("continuum_path_{path}")
}

pub(super) fn again<DB: RecordingBackend>(path: usize) -> String {
    let name = of_path(path);
    if DB::READS_TEMPORARY_ONCE {
        name + "_again"
    } else {
        name
    }
}

/// The TEMP table of all rows of a table.
pub(super) fn of_table(table: usize) -> String {
    format!("continuum_reached_{table}")
}

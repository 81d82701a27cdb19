//! What a transaction changed, in every table.

use crate::backend::RecordingBackend;
use crate::changes::{self, Changes};
use crate::log::Transaction;
use crate::operation::Operation;
use crate::verify::History;
use diesel::connection::LoadConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, SmallInt, Text};

/// What a transaction changed in one table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableChanges {
    /// The schema of the table, on PostgreSQL.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Its version table.
    pub version_table: String,
    /// The rows that it changed, in the order of their names.
    pub rows: Vec<RowChanges>,
}

/// What a transaction did to one row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChanges {
    /// The row, as a condition in SQL: `"id" = 1`.
    pub row: String,
    /// What it did.
    pub operation: Operation,
    /// The columns that it changed.
    pub changes: Changes,
}

/// A row of the query.
#[derive(Debug, QueryableByName)]
#[doc(hidden)]
pub struct Touched {
    #[diesel(sql_type = Integer)]
    history: i32,
    #[diesel(sql_type = Text)]
    row_key: String,
    #[diesel(sql_type = SmallInt)]
    operation_type: Operation,
    #[diesel(sql_type = Text)]
    changes: Changes,
}

impl Transaction {
    /// What this transaction changed, in every table with a history in this database: the tables
    /// by name, each with the rows that it changed. Two queries, however many tables there are.
    ///
    /// # Errors
    ///
    /// What the database says when it cannot be read.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doctest_setup.rs"));
    /// # pub fn main() -> QueryResult<()> { let conn = &mut database(); article(conn)?;
    /// let transaction: Transaction = continuum_core::continuum_transaction::table
    ///     .find(3)
    ///     .select(Transaction::as_select())
    ///     .first(conn)?;
    /// let tables = transaction.changes(conn)?;
    /// assert_eq!(tables[0].table, "articles");
    /// assert_eq!(tables[0].rows[0].row, "\"id\" = 1");
    /// assert_eq!(
    ///     tables[0].rows[0].changes.to_json(),
    ///     serde_json::json!({"name": ["first", "second"]})
    /// );
    /// # Ok(()) } }
    /// # fn main() { #[cfg(feature = "sqlite")] example::main().unwrap() }
    /// ```
    pub fn changes<C>(&self, conn: &mut C) -> QueryResult<Vec<TableChanges>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let histories: Vec<History> = C::Backend::histories(conn)?
            .into_iter()
            .filter(|history| history.has_version_table)
            .collect();
        if histories.is_empty() {
            return Ok(Vec::new());
        }
        let queries: Vec<String> = histories
            .iter()
            .enumerate()
            .map(|(index, history)| touched_rows::<C::Backend>(index, history, self.id))
            .collect::<QueryResult<_>>()?;
        let query = queries.join(" UNION ALL ") + " ORDER BY 1, 2";
        let mut tables: Vec<TableChanges> = histories
            .into_iter()
            .map(|history| TableChanges {
                schema: history.schema_name,
                table: history.table_name,
                version_table: history.version_table,
                rows: Vec::new(),
            })
            .collect();
        for touched in C::Backend::touched(conn, query)? {
            let table = usize::try_from(touched.history).ok();
            if let Some(table) = table.and_then(|index| tables.get_mut(index)) {
                table.rows.push(RowChanges {
                    row: touched.row_key,
                    operation: touched.operation_type,
                    changes: touched.changes,
                });
            }
        }
        tables.retain(|table| !table.rows.is_empty());
        Ok(tables)
    }
}

fn touched_rows<DB: RecordingBackend>(
    index: usize,
    history: &History,
    id: i64,
) -> QueryResult<String> {
    let (key, tracked) = (history.key_names()?, history.tracked_names()?);
    let tracked: Vec<&str> = tracked.iter().map(String::as_str).collect();
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let (before, after) = changes::is_previous::<DB>(&key);
    let version_table = &history.version_table_sql;
    Ok(format!(
        "SELECT {index} AS history, {} AS row_key, x.operation_type, {} AS changes \
         FROM {version_table} x LEFT JOIN {version_table} y ON {before}{version_table}{after} \
         WHERE x.transaction_id = {id}",
        history.row_key,
        changes::object::<DB>(&tracked),
    ))
}

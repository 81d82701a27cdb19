//! What a transaction changed, in every table.

use crate::backend::{PARTS_OF_UNION, RecordingBackend};
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
    /// The names of the hidden columns that it changed: of an insert, those that were not NULL; of
    /// a delete, all.
    pub hidden_changed: Vec<String>,
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
    #[diesel(sql_type = Text)]
    hidden: Changes,
}

impl Transaction {
    /// What this transaction changed, in every table with a history in this database: the tables
    /// by name, each with the rows that it changed. One query for what tables there are, and one for
    /// each hundred of them.
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
        let mut histories = C::Backend::histories(conn)?;
        histories.retain(|history| history.has_version_table);
        let mut tables = Vec::new();
        for some in histories.chunks(PARTS_OF_UNION) {
            tables.extend(self.changes_of(some, conn)?);
        }
        Ok(tables)
    }

    /// What this transaction changed in these tables.
    fn changes_of<C>(&self, histories: &[History], conn: &mut C) -> QueryResult<Vec<TableChanges>>
    where
        C: LoadConnection,
        C::Backend: RecordingBackend,
    {
        let hidden: Vec<Vec<String>> = histories
            .iter()
            .map(History::hidden_names)
            .collect::<QueryResult<_>>()?;
        let parts: Vec<String> = histories
            .iter()
            .zip(&hidden)
            .enumerate()
            .map(|(index, (history, hidden))| {
                touched_rows::<C::Backend>(index, history, hidden, self.id)
            })
            .collect::<QueryResult<_>>()?;
        let query = parts.join(" UNION ALL ") + " ORDER BY 1, 2";
        let mut tables: Vec<TableChanges> = histories
            .iter()
            .map(|history| TableChanges {
                schema: history.schema_name.clone(),
                table: history.table_name.clone(),
                version_table: history.version_table.clone(),
                rows: Vec::new(),
            })
            .collect();
        for touched in C::Backend::touched(conn, query)? {
            let index = usize::try_from(touched.history).ok();
            let table = index.and_then(|index| Some((tables.get_mut(index)?, hidden.get(index)?)));
            if let Some((table, hidden)) = table {
                table.rows.push(touched.told(hidden));
            }
        }
        tables.retain(|table| !table.rows.is_empty());
        Ok(tables)
    }
}

impl Touched {
    fn told(self, hidden: &[String]) -> RowChanges {
        let changed = hidden.iter().filter(|column| self.hidden.has(column));
        RowChanges {
            row: self.row_key,
            operation: self.operation_type,
            hidden_changed: changed.cloned().collect(),
            changes: self.changes,
        }
    }
}

fn touched_rows<DB: RecordingBackend>(
    index: usize,
    history: &History,
    hidden: &[String],
    id: i64,
) -> QueryResult<String> {
    let (key, tracked) = (history.key_names()?, history.tracked_names()?);
    let tracked: Vec<&str> = tracked.iter().map(String::as_str).collect();
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let (before, after) = changes::is_previous::<DB>(&key);
    let version_table = &history.version_table_sql;
    Ok(format!(
        "SELECT {index} AS history, {} AS row_key, x.operation_type, {} AS changes, {} AS hidden \
         FROM {version_table} x LEFT JOIN {version_table} y ON {before}{version_table}{after} \
         WHERE x.transaction_id = {id}",
        history.row_key,
        changes::object::<DB>(&tracked),
        changes::hidden::<DB>(hidden),
    ))
}

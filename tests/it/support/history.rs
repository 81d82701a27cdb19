//! What is stored, read with SQL of its own.

use super::database::Engine;
use continuum_schema::Dialect;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use std::fmt;

/// A row of a version table.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub transaction_id: i64,
    pub end_transaction_id: Option<i64>,
    pub operation_type: i16,
    /// The columns that were asked for, as text.
    pub values: Vec<Option<String>>,
}

/// `update 1, NULL`: what most tests want to know of it.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation_type {
            0 => "insert ",
            1 => "update ",
            2 => "delete ",
            _ => "no such operation ",
        })?;
        for (index, value) in self.values.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(value.as_deref().unwrap_or("NULL"))?;
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
pub struct StoredVersion {
    #[diesel(sql_type = BigInt)]
    transaction_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    end_transaction_id: Option<i64>,
    #[diesel(sql_type = SmallInt)]
    operation_type: i16,
    #[diesel(sql_type = Text)]
    stored_values: String,
}

/// The versions that meet `condition`, the oldest first, with these columns; both are SQL.
pub fn versions<C>(
    conn: &mut C,
    version_table: &str,
    columns: &[&str],
    condition: &str,
) -> Vec<Version>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, StoredVersion>,
{
    read(
        conn,
        version_table,
        "end_transaction_id",
        columns,
        condition,
    )
}

/// The same, each as `update 1, NULL`; also where there is no `end_transaction_id`.
pub fn story<C>(conn: &mut C, version_table: &str, columns: &[&str], condition: &str) -> Vec<String>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, StoredVersion>,
{
    read(
        conn,
        version_table,
        match C::DIALECT {
            Dialect::MySql => "CAST(NULL AS signed)",
            _ => "CAST(NULL AS bigint)",
        },
        columns,
        condition,
    )
    .iter()
    .map(Version::to_string)
    .collect()
}

fn read<C>(
    conn: &mut C,
    version_table: &str,
    end: &str,
    columns: &[&str],
    condition: &str,
) -> Vec<Version>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, StoredVersion>,
{
    let (json_array, text, order) = match C::DIALECT {
        Dialect::Postgres => ("json_build_array", "text", "stored_values"),
        Dialect::MySql => ("json_array", "char", "CAST(stored_values AS BINARY)"),
        _ => ("json_array", "text", "stored_values"),
    };
    let columns: Vec<_> = columns
        .iter()
        .map(|column| format!("CAST({column} AS {text})"))
        .collect();
    sql_query(format!(
        "SELECT transaction_id, {end} AS end_transaction_id, operation_type, \
         CAST({json_array}({}) AS {text}) AS stored_values \
         FROM {version_table} WHERE {condition} ORDER BY transaction_id, {order}",
        columns.join(", "),
    ))
    .load(conn)
    .unwrap()
    .into_iter()
    .map(|row: StoredVersion| Version {
        transaction_id: row.transaction_id,
        end_transaction_id: row.end_transaction_id,
        operation_type: row.operation_type,
        values: serde_json::from_str(&row.stored_values).unwrap(),
    })
    .collect()
}

#[derive(QueryableByName)]
pub struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows there are in the table.
pub fn count<C>(conn: &mut C, table: &str) -> i64
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Count>,
{
    number(conn, &format!("SELECT count(*) AS count FROM {table}"))
}

/// The column `count` of the only row of a query.
pub fn number<C>(conn: &mut C, query: &str) -> i64
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Count>,
{
    sql_query(query).get_result::<Count>(conn).unwrap().count
}

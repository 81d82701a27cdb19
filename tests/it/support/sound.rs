//! What holds of every history, whatever happened to the table.

use super::database::Engine;
use super::history::{Count, number};
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;

/// A table whose history is checked; the columns are SQL.
pub struct Kept<'a> {
    pub table: &'a str,
    pub version_table: &'a str,
    pub key: &'a str,
    /// What the history keeps, the key among it.
    pub columns: &'a str,
    /// Whether versions say when they end.
    pub has_ends: bool,
}

impl Kept<'_> {
    /// Fails unless the versions of each key are one chain without gap or overlap, begin with an
    /// insert, end with what the table holds, and are all of transactions that are in the log.
    pub fn assert_sound<C>(&self, conn: &mut C)
    where
        C: Engine,
        for<'q> SqlQuery: LoadQuery<'q, C, Count>,
    {
        for (rule, offenders) in self.rules() {
            let offenders = number(
                conn,
                &format!("SELECT count(*) AS count FROM ({offenders}) x"),
            );
            assert_eq!(offenders, 0, "{}: {rule}", self.version_table);
        }
    }

    /// Each rule, with the query that finds what breaks it.
    fn rules(&self) -> Vec<(&'static str, String)> {
        let Self {
            table,
            version_table,
            key,
            columns,
            has_ends,
        } = self;
        let by_key = format!("OVER (PARTITION BY {key} ORDER BY transaction_id)");
        let newest = format!(
            "SELECT {columns} FROM (
                SELECT *, lead(transaction_id) {by_key} AS following FROM {version_table}
            ) v WHERE following IS NULL AND operation_type <> 2"
        );
        let mut rules = vec![
            (
                "the newest version is what the table holds",
                format!("{newest} EXCEPT SELECT {columns} FROM {table}"),
            ),
            (
                "what the table holds is the newest version",
                format!("SELECT {columns} FROM {table} EXCEPT {newest}"),
            ),
            (
                "inserts come first and after deletes, and nowhere else",
                format!(
                    "SELECT * FROM (
                        SELECT operation_type, lag(operation_type) {by_key} AS previous
                        FROM {version_table}
                    ) v WHERE operation_type NOT IN (0, 1, 2)
                        OR (operation_type = 0) <> (coalesce(previous, 2) = 2)"
                ),
            ),
            (
                "every transaction of a version is in the log",
                format!(
                    "SELECT * FROM {version_table} v WHERE NOT EXISTS (
                        SELECT 1 FROM continuum_transaction t WHERE t.id = v.transaction_id
                    )"
                ),
            ),
        ];
        if *has_ends {
            rules.push((
                "a version ends where the next one begins",
                format!(
                    "SELECT * FROM (
                        SELECT end_transaction_id, lead(transaction_id) {by_key} AS following
                        FROM {version_table}
                    ) v WHERE end_transaction_id IS DISTINCT FROM following"
                ),
            ));
        }
        rules
    }
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

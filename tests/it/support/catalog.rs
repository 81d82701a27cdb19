//! What the engines' catalogs say of tables.

use super::database::Engine;
use continuum_schema::Dialect;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

/// A column of a table.
#[derive(Debug, QueryableByName)]
pub struct ColumnInfo {
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The type as the engine prints it.
    #[diesel(sql_type = Text)]
    pub sql_type: String,
    #[diesel(sql_type = Bool)]
    pub not_null: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub default_value: Option<String>,
    /// Its place in the key, from 1; 0 where it is not in the key.
    #[diesel(sql_type = Integer)]
    pub key_place: i32,
    /// Whether the engine makes its values: generated, identity.
    #[diesel(sql_type = Bool)]
    pub is_generated: bool,
}

#[derive(QueryableByName)]
pub struct Line {
    #[diesel(sql_type = Text)]
    pub line: String,
}

/// The columns of a table, in its order.
pub fn columns<C>(conn: &mut C, table: &str) -> Vec<ColumnInfo>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, ColumnInfo>,
{
    let query = match C::DIALECT {
        Dialect::Postgres => format!(
            "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS sql_type,
                a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid) AS default_value,
                coalesce(array_position(i.indkey::int[], a.attnum::int) + 1, 0) AS key_place,
                a.attidentity <> '' OR a.attgenerated <> '' AS is_generated
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
            WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum"
        ),
        Dialect::MySql => format!(
            "SELECT c.COLUMN_NAME AS name, c.COLUMN_TYPE AS sql_type, c.IS_NULLABLE = 'NO' AS not_null,
                NULLIF(c.COLUMN_DEFAULT, 'NULL') AS default_value,
                CAST(COALESCE(s.SEQ_IN_INDEX, 0) AS SIGNED) AS key_place,
                COALESCE(c.GENERATION_EXPRESSION, '') <> '' AS is_generated
            FROM information_schema.COLUMNS c
            LEFT JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = c.TABLE_SCHEMA
                AND s.TABLE_NAME = c.TABLE_NAME AND s.COLUMN_NAME = c.COLUMN_NAME
                AND s.INDEX_NAME = 'PRIMARY'
            WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = '{table}'
            ORDER BY c.ORDINAL_POSITION"
        ),
        _ => format!(
            "SELECT name, type AS sql_type, \"notnull\" <> 0 AS not_null, dflt_value AS default_value,
                pk AS key_place, hidden <> 0 AS is_generated
            FROM pragma_table_xinfo('{table}') ORDER BY cid"
        ),
    };
    sql_query(query).load(conn).unwrap()
}

/// The indexes of a table, sorted: `unique (id) partial`.
pub fn indexes<C>(conn: &mut C, table: &str) -> Vec<String>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Line>,
{
    lines(
        conn,
        &match C::DIALECT {
            Dialect::Postgres => format!(
                "SELECT concat(CASE WHEN i.indisunique THEN 'unique ' END, '(', (
                        SELECT string_agg(a.attname, ', ' ORDER BY array_position(i.indkey::int[], a.attnum::int))
                        FROM pg_attribute a
                        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                    ), ')', CASE WHEN i.indpred IS NOT NULL THEN ' partial' END) AS line
                FROM pg_index i WHERE i.indrelid = '{table}'::regclass ORDER BY 1"
            ),
            Dialect::MySql => format!(
                "SELECT CONCAT(IF(MAX(i.NON_UNIQUE) = 0, 'unique ', ''), '(',
                    GROUP_CONCAT(i.COLUMN_NAME ORDER BY i.SEQ_IN_INDEX SEPARATOR ', '), ')') AS line
                FROM information_schema.STATISTICS i
                WHERE i.TABLE_SCHEMA = DATABASE() AND i.TABLE_NAME = '{table}'
                GROUP BY i.INDEX_NAME ORDER BY 1"
            ),
            _ => format!(
                "SELECT concat(iif(i.\"unique\", 'unique ', ''), '(', (
                        SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c
                    ), ')', iif(i.partial, ' partial', '')) AS line
                FROM pragma_index_list('{table}') i ORDER BY 1"
            ),
        },
    )
}

/// Everything in the database but its rows, a line each, sorted.
pub fn everything<C>(conn: &mut C) -> Vec<String>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Line>,
{
    let query = match C::DIALECT {
        Dialect::Postgres => include_str!("catalog/postgres.sql"),
        Dialect::MySql => include_str!("catalog/mysql.sql"),
        _ => {
            "SELECT concat(type, ' ', sql) AS line FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        }
    };
    lines(conn, query)
}

/// The column `line` of the rows that a query returns.
pub fn lines<C>(conn: &mut C, query: &str) -> Vec<String>
where
    C: Engine,
    for<'q> SqlQuery: LoadQuery<'q, C, Line>,
{
    sql_query(query)
        .load::<Line>(conn)
        .unwrap()
        .into_iter()
        .map(|row| row.line)
        .collect()
}

//! Reading the history looks into an index, however long the history is.

use super::{Conn, database, is_mariadb};
use crate::support::bound::with_literals;
use crate::support::database::Engine;
use crate::support::strategies::{self, KEPT, on_each_strategy};
use continuum_core::prelude::*;
use continuum_core::{AsOf, Strategy};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{Nullable, Text};
use std::fmt::Write;

type Backend = <Conn as Connection>::Backend;

/// 1000 rows with 10 versions each, in both tables.
fn set_up(conn: &mut Conn) {
    for kept in KEPT {
        let table = kept.table;
        let mut sql = format!(
            "INSERT INTO {table} (id, name, views) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, 'a', 0 FROM n;"
        );
        for version in 1..10 {
            let _ = write!(sql, "UPDATE {table} SET name = '{version}';");
        }
        for statement in sql.split_terminator(';') {
            conn.versioned_transaction(ChangeInfo::new(), |conn| conn.batch_execute(statement))
                .unwrap();
        }
    }
    match Conn::DIALECT {
        Dialect::Postgres => conn.batch_execute("VACUUM ANALYZE").unwrap(),
        Dialect::MySql => {
            for kept in KEPT {
                let analyze = format!("ANALYZE TABLE {}, {}", kept.table, kept.version_table);
                conn.batch_execute(&analyze).unwrap();
            }
        }
        _ => {}
    }
}

/// The version table that Diesel's type stands for.
fn name_of<Table>() -> &'static str {
    let path = std::any::type_name::<Table>();
    let mut names = KEPT.iter().map(|kept| kept.version_table);
    names.find(|name| path.contains(name)).unwrap()
}

/// What the engine is going to do for a query.
pub(super) fn plan<Q: QueryFragment<Backend>>(conn: &mut Conn, query: &Q) -> String {
    let text = diesel::debug_query::<Backend, _>(query).to_string();
    plan_of(conn, &with_literals(&text))
}

/// The same, for the text of a query.
pub(super) fn plan_of(conn: &mut Conn, sql: &str) -> String {
    match Conn::DIALECT {
        Dialect::Sqlite => {
            #[derive(QueryableByName)]
            struct Line {
                #[diesel(sql_type = Text)]
                detail: String,
            }
            let lines = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
            let lines = lines.load::<Line>(conn).unwrap();
            lines.into_iter().map(|line| line.detail + "\n").collect()
        }
        // MySQL does not say beforehand which columns EXPLAIN has; Diesel reads no such answer.
        Dialect::MySql if !is_mariadb(conn) => {
            conn.batch_execute(&format!(
                "SET SESSION explain_json_format_version = 1; EXPLAIN FORMAT = JSON INTO @plan {sql}"
            ))
            .unwrap();
            let plan = diesel::dsl::sql::<Text>("CONVERT(@plan USING utf8mb4)");
            let plan: String = diesel::select(plan).get_result(conn).unwrap();
            let mut lines = String::new();
            tables_of(&serde_json::from_str(&plan).unwrap(), &mut lines);
            lines
        }
        Dialect::MySql => {
            #[derive(QueryableByName)]
            struct Line {
                #[diesel(sql_type = Nullable<Text>)]
                table: Option<String>,
                #[diesel(sql_type = Nullable<Text>, column_name = "type")]
                access: Option<String>,
                #[diesel(sql_type = Nullable<Text>)]
                key: Option<String>,
            }
            let lines = diesel::sql_query(format!("EXPLAIN {sql}"));
            let lines = lines.load::<Line>(conn).unwrap();
            lines
                .into_iter()
                .map(|line| {
                    let said = [line.table, line.access, line.key];
                    said.map(Option::unwrap_or_default).join(" ") + "\n"
                })
                .collect()
        }
        _ => {
            #[derive(QueryableByName)]
            struct Line {
                #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
                line: String,
            }
            let lines = diesel::sql_query(format!("EXPLAIN (COSTS off) {sql}"));
            let lines = lines.load::<Line>(conn).unwrap();
            lines.into_iter().map(|line| line.line + "\n").collect()
        }
    }
}

/// What EXPLAIN has in its columns `table`, `type` and `key`, a line for each table.
fn tables_of(plan: &serde_json::Value, lines: &mut String) {
    use serde_json::Value;

    let of = |name: &str| plan.get(name).and_then(Value::as_str);
    if let Some(table) = of("table_name") {
        let said = [
            table,
            of("access_type").unwrap_or_default(),
            of("key").unwrap_or_default(),
        ];
        *lines += &(said.join(" ") + "\n");
    }
    match plan {
        Value::Object(parts) => parts.values().for_each(|part| tables_of(part, lines)),
        Value::Array(parts) => parts.iter().for_each(|part| tables_of(part, lines)),
        _ => {}
    }
}

/// How a plan says that it reads a whole table.
pub(super) fn reads_all(plan: &str, table: &str) -> bool {
    match Conn::DIALECT {
        Dialect::Sqlite => plan.contains(&format!("SCAN {table}")),
        Dialect::MySql => plan.contains(&format!("{table} ALL")),
        _ => plan.contains(&format!("Seq Scan on {table}")),
    }
}

/// How a plan says that it finds versions by their key.
fn by_key(table: &str) -> String {
    match Conn::DIALECT {
        Dialect::Sqlite => format!("INDEX sqlite_autoindex_{table}_1 (id=?"),
        Dialect::MySql => "PRIMARY".to_owned(),
        _ => format!("{table}_pkey"),
    }
}

#[test]
fn one_row_is_found_by_the_index_now_and_as_of_a_moment() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let table = name_of::<rows_version::table>();
        let row: Row = rows::table.find(500).first(conn).unwrap();
        let one = |plan: String| {
            assert!(plan.contains(&by_key(table)), "{plan}");
            assert!(!reads_all(&plan, table), "{plan}");
            // MySQL calls reading a whole index an access by it.
            assert!(!plan.contains(&format!("{table} index")), "{plan}");
        };
        one(plan(conn, &row.versions::<Backend>()));
        // MySQL looks a row up that it finds by its key before it says what it will do.
        let moment = if Conn::DIALECT == Dialect::MySql {
            15
        } else {
            5
        };
        one(plan(conn, &row.as_of::<Backend, _>(moment)));
        let is_one = rows_version::id.eq(500);
        let of_table = RowVersion::as_of::<Backend>(moment);
        one(plan(conn, &of_table.filter(is_one)));
    });
}

#[test]
fn the_rows_of_a_table_as_of_a_moment_are_found_by_an_index() {
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    // MySQL compares each version with the moment.
    if Conn::DIALECT == Dialect::MySql && !is_mariadb(conn) {
        return;
    }
    set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let table = name_of::<rows_version::table>();
        // Where few versions are that old, MariaDB finds them by their transactions.
        let moment = if Conn::DIALECT == Dialect::MySql {
            15
        } else {
            5
        };
        let plan = match Conn::DIALECT {
            Dialect::MySql => {
                let all = AsOf::<RowVersion>::whole_table(moment);
                plan(conn, &rows_version::table.filter(all))
            }
            _ => plan(conn, &RowVersion::as_of::<Backend>(moment)),
        };
        if Conn::DIALECT == Dialect::MySql {
            // From row to row through the index, and then to the versions by their whole key.
            assert!(plan.contains("newest range PRIMARY"), "{plan}");
            assert!(plan.contains(&format!("{table} eq_ref PRIMARY")), "{plan}");
        }
        // SQLite passes no condition on a key into a query that starts from the keys. There all
        // versions that had begun by then are looked at: at their ends, or, by the index, at the next.
        let sqlite = Conn::DIALECT == Dialect::Sqlite;
        let index = match RowVersion::STRATEGY {
            Strategy::Validity if sqlite => format!("INDEX {table}_transaction"),
            _ => by_key(table),
        };
        assert!(plan.contains(&index), "{plan}");
    });
}

#[test]
fn the_rows_of_a_whole_table_as_of_a_moment_are_found_by_their_places() {
    // Only there is it another query.
    if Conn::DIALECT != Dialect::Sqlite {
        return;
    }
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        let table = name_of::<rows_version::table>();
        let all = AsOf::<RowVersion>::whole_table(5);
        let plan = plan(conn, &rows_version::table.filter(all));
        assert!(
            plan.contains(&format!(
                "SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)"
            )),
            "{plan}"
        );
        let keys = match RowVersion::STRATEGY {
            Strategy::Validity => format!("each USING INDEX {table}_open"),
            Strategy::Subquery => {
                format!("v USING COVERING INDEX sqlite_autoindex_{table}_1 (id>?)")
            }
        };
        assert!(plan.contains(&keys), "{plan}");
        let newest = format!(
            "newest USING COVERING INDEX sqlite_autoindex_{table}_1 (id=? AND transaction_id<?)"
        );
        assert!(plan.contains(&newest), "{plan}");
        assert!(!plan.contains(&format!("SCAN {table}")), "{plan}");
    });
}

#[test]
fn the_rows_of_a_table_as_of_a_moment_are_found_by_an_index_of_ends() {
    // Only there is it another query.
    if Conn::DIALECT != Dialect::Postgres {
        return;
    }
    let Some(db) = database() else { return };
    let conn: &mut Conn = &mut strategies::set_up(&db);
    set_up(conn);
    on_each_strategy!(|Row, RowVersion, rows, rows_version| {
        if RowVersion::STRATEGY == Strategy::Validity {
            let table = name_of::<rows_version::table>();
            // An ANALYZE of the server's own would keep VACUUM from clearing the table.
            conn.batch_execute(&format!(
                "ALTER TABLE {table} SET (autovacuum_enabled = off);
                CREATE INDEX by_end ON {table} (end_transaction_id, transaction_id)
                WHERE end_transaction_id IS NOT NULL"
            ))
            .unwrap();
            conn.batch_execute(&format!("VACUUM ANALYZE {table}"))
                .unwrap();
            for moment in [2, 5, 10] {
                let all = AsOf::<RowVersion>::whole_table(moment);
                let plan = plan(conn, &rows_version::table.filter(all));
                assert!(plan.contains("BitmapOr"), "{plan}");
                assert!(plan.contains("by_end"), "{plan}");
                assert!(plan.contains(&format!("{table}_open")), "{plan}");
            }
        }
    });
}

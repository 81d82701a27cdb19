//! A history written by statements of its own, as if it had grown.

use super::super::Conn;
use crate::support::database::Engine;
use crate::support::strategies::KEPT;
use continuum_core::prelude::*;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

pub const ROWS: i64 = 10_000;
pub const VERSIONS: i64 = 100;
/// They lie scattered over the table.
pub const ROWS_OF_A_TRANSACTION: i64 = 100;
/// The newest transaction. The first is the beginning of the history.
pub const LAST: i64 = ROWS / ROWS_OF_A_TRANSACTION * VERSIONS + 1;

/// The numbers from 0 to 99.
const HUNDRED: &str =
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)";

pub fn fill(conn: &mut Conn) {
    if Conn::DIALECT == Dialect::Sqlite {
        conn.batch_execute("PRAGMA cache_size = -200000").unwrap();
    }
    let issued_at = match Conn::DIALECT {
        Dialect::Postgres => "timestamp '2020-01-01' + t.id * interval '1 minute'",
        Dialect::MySql => "TIMESTAMPADD(MINUTE, t.id, '2020-01-01')",
        _ => "strftime('%Y-%m-%d %H:%M:%f000', '2020-01-01', t.id || ' minutes')",
    };
    conn.batch_execute(&format!(
        "UPDATE continuum_transaction SET issued_at = '2020-01-01 00:00:00.000000';
        INSERT INTO continuum_transaction (id, issued_at, actor) {HUNDRED}
        SELECT t.id, {issued_at}, concat('actor ', t.id % 10)
        FROM (SELECT a.i * 100 + b.i + 2 AS id FROM n a CROSS JOIN n b) t",
    ))
    .unwrap();
    // In the order in which a history grows, except where a table lies in that of its key.
    let order = match Conn::DIALECT {
        Dialect::MySql => "1, 4",
        _ => "4, 1",
    };
    let columns = "id, name, content, transaction_id, operation_type, secret_mod";
    let [validity, subquery] = KEPT.map(|kept| kept.version_table);
    conn.batch_execute(&format!(
        "INSERT INTO {validity} ({columns}, end_transaction_id) {HUNDRED}
        SELECT a.i * 100 + b.i + 1, concat('v', k.i), concat('c', k.i + a.i - (k.i + a.i) % 10),
            k.i * 100 + b.i + 2, CASE k.i WHEN 0 THEN 0 ELSE 1 END, false,
            CASE WHEN k.i < 99 THEN k.i * 100 + b.i + 102 END
        FROM n a CROSS JOIN n b CROSS JOIN n k
        ORDER BY {order};
        INSERT INTO {subquery} ({columns}) SELECT {columns} FROM {validity}"
    ))
    .unwrap();
    for kept in KEPT {
        let table = kept.table;
        conn.without_versioning(|conn| {
            conn.batch_execute(&format!(
                "INSERT INTO {table} (id, name, content) {HUNDRED}
                SELECT a.i * 100 + b.i + 1, 'v99', concat('c', 99 + a.i - (99 + a.i) % 10)
                FROM n a CROSS JOIN n b"
            ))
        })
        .unwrap();
    }
    if Conn::DIALECT != Dialect::Sqlite {
        count(conn);
    }
}

/// Tells the planner how much there is of what.
pub fn count(conn: &mut Conn) {
    match Conn::DIALECT {
        Dialect::Postgres => conn.batch_execute("VACUUM ANALYZE"),
        Dialect::MySql => diesel::sql_query(
            "ANALYZE TABLE continuum_transaction, with_validity, with_validity_version, \
             with_subquery, with_subquery_version",
        )
        .execute(conn)
        .map(drop),
        _ => conn.batch_execute("ANALYZE"),
    }
    .unwrap();
}

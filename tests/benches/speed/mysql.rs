//! MySQL or MariaDB: the server that `tests/bench` starts.

use crate::contender::Subject;
use crate::engine::{Arena, Contest};
use crate::measure::{CpuClock, Stored};
use crate::statements::{CONTENT, through_diesel};
use crate::support::mysql::{Conn, database};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

impl Contest for Conn {
    const TABLE: &'static str = include_str!("sql/mysql/table.sql");
    const HAND_WRITTEN: &'static str = include_str!("sql/mysql/hand_written.sql");
    const CLOSE: &'static str = include_str!("sql/mysql/close.sql");
    /// There are no indexes of a part of the rows: the primary key finds the versions of the row.
    const END_INDEX: &'static str = "";
    // MariaDB alone reads it.
    const NATIVE: Option<&'static str> =
        Some("/*M!100300 ALTER TABLE articles ADD SYSTEM VERSIONING */");

    fn arenas() -> Vec<Arena<Self>> {
        let arena = Arena {
            name: "MariaDB",
            is_durable: false,
            database: || database().unwrap(),
        };
        database().map(|_| arena).into_iter().collect()
    }

    fn prepare(&mut self) {
        self.batch_execute("SET /*M! SESSION max_recursive_iterations = 1000000, */ @t = NULL")
            .unwrap();
    }

    fn clock(&mut self) -> CpuClock {
        let thread = diesel::select(sql::<BigInt>(
            "(SELECT tid FROM information_schema.processlist WHERE id = connection_id())",
        ));
        let thread: i64 = thread.get_result(self).unwrap();
        CpuClock::Server(format!("/proc/{thread}").into())
    }

    fn many(rows: u32) -> String {
        format!(
            "INSERT INTO articles (name, content, author_id, created_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) \
             SELECT CONCAT('article ', n), '{CONTENT}', n % 100, '1970-01-01' FROM numbers"
        )
    }

    /// Old rows are purged in the background.
    /// A table that is not there is no error.
    fn tidy(&mut self) {
        self.batch_execute("ANALYZE TABLE articles, articles_version")
            .unwrap();
    }

    fn stored(&mut self, arena: &'static str, subject: Subject) -> Stored {
        // The sizes are guesses until then.
        let mut tables = vec!["articles_version"];
        if matches!(subject, Subject::Continuum(_)) {
            tables.push("continuum_newest_articles_version");
        }
        for table in tables {
            self.batch_execute(&format!("ANALYZE TABLE {table}"))
                .unwrap();
        }
        let mut number = |expression: &str| -> f64 {
            let value: i64 = diesel::select(sql::<BigInt>(expression))
                .get_result(self)
                .unwrap();
            value as f64
        };
        let versions = number("(SELECT COUNT(*) FROM articles_version)");
        let table = number(
            "(SELECT CAST(data_length AS SIGNED) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = 'articles_version')",
        );
        // With the newest version of each row, which is a table.
        let all = number(
            "(SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name LIKE '%articles_version')",
        );
        Stored {
            arena,
            subject,
            table: table / versions,
            indexes: (all - table) / versions,
        }
    }

    fn begin_hand_written(&mut self) -> QueryResult<()> {
        Forget.execute(self)?;
        Ok(())
    }

    through_diesel!();
}

/// Prepared once for a connection.
#[derive(QueryId)]
struct Forget;

impl QueryFragment<Mysql> for Forget {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.push_sql("SET @t = NULL");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Forget {}

//! SQLite: a file, with a write-ahead log.

use crate::contender::Subject;
use crate::engine::{Arena, Contest};
use crate::measure::{CpuClock, Stored};
use crate::statements::{CONTENT, through_diesel};
use crate::support::sqlite::{Conn, database};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

diesel::table! {
    /// The log of the triggers that one writes by hand.
    continuum_transaction (id) {
        id -> Integer,
    }
}

impl Contest for Conn {
    const TABLE: &'static str = include_str!("sql/sqlite/table.sql");
    const HAND_WRITTEN: &'static str = include_str!("sql/sqlite/hand_written.sql");
    const CLOSE: &'static str = include_str!("sql/sqlite/close.sql");

    fn arenas() -> Vec<Arena<Self>> {
        let arena = Arena {
            name: "SQLite",
            is_durable: false,
            database: || database().unwrap(),
        };
        database().map(|_| arena).into_iter().collect()
    }

    fn prepare(&mut self) {
        self.batch_execute("PRAGMA synchronous = NORMAL").unwrap();
    }

    fn clock(&mut self) -> CpuClock {
        CpuClock::ThisThread
    }

    fn many(rows: u32) -> String {
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {rows}) \
             INSERT INTO articles (name, content, author_id, created_at) \
             SELECT 'article ' || n, '{CONTENT}', n % 100, '1970-01-01 00:00:00' FROM numbers"
        )
    }

    fn tidy(&mut self) {
        self.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
            .unwrap();
    }

    fn stored(&mut self, arena: &'static str, subject: Subject) -> Stored {
        let mut number = |expression: &str| -> f64 {
            let value: i64 = diesel::select(sql::<BigInt>(expression))
                .get_result(self)
                .unwrap();
            value as f64
        };
        let versions = number("(SELECT count(*) FROM articles_version)");
        let table = number("(SELECT sum(pgsize) FROM dbstat WHERE name = 'articles_version')");
        let indexes = number(
            "(SELECT sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) \
             WHERE tbl_name = 'articles_version' AND type = 'index')",
        );
        Stored {
            arena,
            subject,
            table: table / versions,
            indexes: indexes / versions,
        }
    }

    fn begin_hand_written(&mut self) -> QueryResult<()> {
        diesel::insert_into(continuum_transaction::table)
            .default_values()
            .execute(self)?;
        Ok(())
    }

    through_diesel!();
}

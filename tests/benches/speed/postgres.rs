//! PostgreSQL: the servers that `tests/bench` starts.

use crate::contender::Subject;
use crate::engine::{Arena, Contest};
use crate::measure::{CpuClock, Stored};
use crate::statements::{CONTENT, through_diesel};
use crate::support::database::Database;
use crate::support::postgres::{Conn, OnServer, database};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

/// Names a server that waits for the disk.
const DURABLE: &str = "CONTINUUM_BENCH_POSTGRES_DURABLE_URL";

fn durable() -> String {
    std::env::var(DURABLE).unwrap()
}

/// The same server, on a disk that is slower by `commit_delay`: PostgreSQL sleeps so long before it waits for the
/// disk, here also where nobody else is about to commit.
fn slower(url: String) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20commit_siblings%3D0%20-c%20commit_delay%3D2000")
}

impl Contest for Conn {
    const TABLE: &'static str = include_str!("sql/postgres/table.sql");
    const HAND_WRITTEN: &'static str = include_str!("sql/postgres/hand_written.sql");
    const CLOSE: &'static str = include_str!("sql/postgres/close.sql");
    const ENDED_INDEX: Option<&'static str> = Some(include_str!("sql/postgres/ended_index.sql"));

    fn arenas() -> Vec<Arena<Self>> {
        let mut arenas = Vec::new();
        if database().is_some() {
            arenas.push(Arena {
                name: "PostgreSQL",
                is_durable: false,
                database: || database().unwrap(),
            });
            if std::env::var(DURABLE).is_ok() {
                arenas.push(Arena {
                    name: "PostgreSQL, fsync = on",
                    is_durable: true,
                    database: || Database::of(OnServer::on(durable())),
                });
                arenas.push(Arena {
                    name: "PostgreSQL, fsync = on, 2 ms slower",
                    is_durable: true,
                    database: || Database::of(OnServer::on(slower(durable()))),
                });
            }
        }
        arenas
    }

    fn clock(&mut self) -> CpuClock {
        let pid = diesel::select(sql::<Integer>("pg_backend_pid()"));
        let pid: i32 = pid.get_result(self).unwrap();
        CpuClock::Server(format!("/proc/{pid}").into())
    }

    fn many(rows: u32) -> String {
        format!(
            "INSERT INTO articles (name, content, author_id, created_at) \
             SELECT 'article ' || n, '{CONTENT}', n % 100, '1970-01-01' \
             FROM generate_series(1, {rows}) n"
        )
    }

    fn tidy(&mut self) {
        self.batch_execute("VACUUM ANALYZE").unwrap();
        self.batch_execute("CHECKPOINT").unwrap();
    }

    fn stored(&mut self, arena: &'static str, subject: Subject) -> Stored {
        let mut number = |expression: &str| -> i64 {
            diesel::select(sql::<BigInt>(expression))
                .get_result(self)
                .unwrap()
        };
        let versions = number("(SELECT count(*) FROM articles_version)") as f64;
        Stored {
            arena,
            subject,
            table: number("pg_table_size('articles_version')") as f64 / versions,
            indexes: number("pg_indexes_size('articles_version')") as f64 / versions,
        }
    }

    through_diesel!();
}

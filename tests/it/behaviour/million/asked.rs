//! How much an engine reads to answer.

use super::super::Conn;
use super::super::plans::{plan_of, reads_all};
use crate::support::bound::{taken_apart, with_literals};
use crate::support::database::Engine;
use crate::support::strategies::KEPT;
use crate::support::watch::texts;
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::fmt::Write;
use std::time::{Duration, Instant};

pub struct Asked {
    /// What it takes to read one of the version tables.
    reading_all: Duration,
    complaints: String,
}

impl Asked {
    pub fn new(conn: &mut Conn) -> Self {
        let version_table = KEPT[0].version_table;
        let all = format!("SELECT count(*) FROM {version_table} WHERE name = 'nobody'");
        Self {
            reading_all: quickest(|| {
                diesel::sql_query(&all).execute(conn).unwrap();
            }),
            complaints: String::new(),
        }
    }

    /// Asks a question that may take so many statements, which may look at so many rows.
    pub fn about(
        &mut self,
        conn: &mut Conn,
        what: &str,
        statements: usize,
        most: i64,
        ask: &dyn Fn(&mut Conn),
    ) {
        let shown = texts(conn, ask);
        let mut plans: Vec<String> = Vec::new();
        for shown in &shown {
            plans.push(plan_of(conn, &with_literals(shown)));
        }
        let mut complain = |of: String| {
            let plans = plans.join("\n");
            let shown = shown.join("\n");
            let _ = writeln!(self.complaints, "{what}: {of}\n{shown}\n{plans}");
        };
        if shown.len() != statements {
            complain(format!("{} statements", shown.len()));
        }
        if KEPT
            .iter()
            .any(|kept| plans.iter().any(|plan| reads_all(plan, kept.version_table)))
        {
            complain("reads a whole version table".to_owned());
        }
        match Conn::DIALECT {
            Dialect::Postgres => {
                // With the values at hand, and as it is planned once for any values.
                for mode in ["force_custom_plan", "force_generic_plan"] {
                    let (examined, plan) = analyzed(conn, mode, &shown);
                    if examined > most {
                        complain(format!("{mode} looks at {examined} rows\n{plan}"));
                    }
                }
            }
            Dialect::MySql => {
                // Asking for the counters counts as well.
                let before = [handled(conn), handled(conn)];
                ask(conn);
                let examined = handled(conn) - 2 * before[1] + before[0];
                if examined > most {
                    complain(format!("looks at {examined} rows"));
                }
            }
            // SQLite does not count rows.
            _ => {
                let took = quickest(|| ask(conn));
                if took > self.reading_all / 4 {
                    complain(format!(
                        "takes {took:?}; all versions {:?}",
                        self.reading_all
                    ));
                }
            }
        }
    }

    pub fn check(self) {
        assert!(self.complaints.is_empty(), "{}", self.complaints);
    }
}

fn quickest(mut run: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How many rows PostgreSQL looks at for these statements, and what it does.
fn analyzed(conn: &mut Conn, mode: &str, shown: &[String]) -> (i64, String) {
    let (mut examined, mut plans) = (0.0, String::new());
    conn.batch_execute(&format!("SET plan_cache_mode = {mode}"))
        .unwrap();
    for shown in shown {
        let (sql, binds) = taken_apart(shown);
        conn.batch_execute(&format!("PREPARE asked AS {sql}"))
            .unwrap();
        let binds = match binds.is_empty() {
            true => String::new(),
            false => format!("({})", binds.join(", ")),
        };
        let explain =
            format!("EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE asked{binds}");
        let lines: Vec<Line> = diesel::sql_query(explain).load(conn).unwrap();
        conn.batch_execute("DEALLOCATE asked").unwrap();
        let mut loops = 0.0;
        for Line { line } in lines {
            // Of each loop: what it found, and what it looked at for nothing.
            if line.contains("(actual rows=") {
                // What a bitmap names is looked at above it.
                let is_scan = line.contains(" Scan") && !line.contains("Bitmap Index Scan");
                loops = if is_scan { after(&line, "loops=") } else { 0.0 };
                examined += loops * after(&line, "actual rows=");
            } else if line.contains("never executed") {
                loops = 0.0;
            } else if line.contains("Rows Removed by") {
                examined += loops * after(&line, ": ");
            }
            let _ = writeln!(plans, "{line}");
        }
    }
    conn.batch_execute("RESET plan_cache_mode").unwrap();
    (examined as i64, plans)
}

/// The number that stands after this in a line.
fn after(line: &str, what: &str) -> f64 {
    let rest = line.split_once(what).map_or("0", |(_, rest)| rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    rest[..end.unwrap_or(rest.len())].parse().unwrap()
}

/// How many rows MySQL has looked at for this connection.
fn handled(conn: &mut Conn) -> i64 {
    #[derive(QueryableByName)]
    struct Counter {
        #[diesel(sql_type = Text, column_name = "Value")]
        value: String,
    }
    let counters = diesel::sql_query("SHOW SESSION STATUS LIKE 'Handler_read%'");
    let counters: Vec<Counter> = counters.load(conn).unwrap();
    counters
        .iter()
        .map(|counter| counter.value.parse::<i64>().unwrap())
        .sum()
}

//! What the transactions have to live with: cancelled statements, killed sessions, cut connections.

use super::Conn;
use crate::support::database::{Database, Engine};
use crate::support::random::Random;
use crate::support::relay::Relay;
use continuum_schema::Dialect;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{connection::SimpleConnection, dsl::sql};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often one of them happens.
const PAUSE: Duration = Duration::from_millis(40);

pub struct Faults {
    /// Where workers connect to.
    url: String,
    server: Option<(Relay, Mutex<Conn>)>,
    /// The sessions of the workers, by the server's own numbers.
    sessions: Mutex<Vec<i64>>,
    ended: AtomicBool,
}

impl Faults {
    /// On a server. What is embedded has none of these; there, workers only drop their connections.
    pub fn on(db: &Database<Conn>) -> Self {
        if Conn::DIALECT == Dialect::Sqlite {
            return Self::none(db);
        }
        let (relay, url) = Relay::before(&db.url());
        Self {
            url,
            server: Some((relay, Mutex::new(db.connect()))),
            sessions: Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    pub fn none(db: &Database<Conn>) -> Self {
        Self {
            url: db.url(),
            server: None,
            sessions: Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    /// A new connection, which faults can meet from now on.
    pub fn connect(&self, mode: &str) -> Conn {
        let mut conn = self.establish();
        let (setting, number) = match Conn::DIALECT {
            Dialect::Sqlite => (
                "PRAGMA busy_timeout = 60000; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON"
                    .to_owned(),
                None,
            ),
            Dialect::Postgres => (
                format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {mode}"),
                Some("CAST(pg_backend_pid() AS bigint)"),
            ),
            _ => (
                format!("SET SESSION TRANSACTION ISOLATION LEVEL {mode}"),
                Some("CONNECTION_ID()"),
            ),
        };
        let ready = conn.batch_execute(&setting).and_then(|()| {
            number
                .map(|number| diesel::select(sql::<BigInt>(number)).get_result::<i64>(&mut conn))
                .transpose()
        });
        match ready {
            Ok(session) => {
                self.sessions.lock().unwrap().extend(session);
                conn
            }
            // A fault has met it already.
            Err(_) if self.server.is_some() => self.connect(mode),
            Err(error) => panic!("{error}"),
        }
    }

    fn establish(&self) -> Conn {
        loop {
            match Conn::establish(&self.url) {
                Ok(conn) => return conn,
                Err(_) if self.server.is_some() => thread::sleep(PAUSE),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Strikes until [`end`](Self::end).
    pub fn strike(&self, seed: u64) {
        let Some((relay, control)) = &self.server else {
            return;
        };
        let mut random = Random::new(seed);
        while !self.ended.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
            if random.below(3) == 0 {
                relay.cut(|limit| random.below(limit));
                continue;
            }
            let mut sessions = self.sessions.lock().unwrap();
            if sessions.is_empty() {
                continue;
            }
            let index = usize::try_from(random.below(sessions.len() as u64)).unwrap();
            let kill = random.below(2) == 0;
            let session = sessions[index];
            if kill {
                sessions.remove(index);
            }
            drop(sessions);
            let order = match (Conn::DIALECT, kill) {
                (Dialect::Postgres, true) => format!("SELECT pg_terminate_backend({session})"),
                (Dialect::Postgres, false) => format!("SELECT pg_cancel_backend({session})"),
                (_, true) => format!("KILL {session}"),
                (_, false) => format!("KILL QUERY {session}"),
            };
            // The session may have gone by itself.
            let _ = control.lock().unwrap().batch_execute(&order);
        }
    }

    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

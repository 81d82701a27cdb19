//! Which statements something takes.

use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::sync::{Arc, Mutex};

/// The number of statements that the closure runs on the connection.
pub fn statements<C: Connection>(conn: &mut C, run: impl FnOnce(&mut C)) -> usize {
    texts(conn, run).len()
}

/// The statements that the closure runs on the connection, as Diesel shows them.
pub fn texts<C: Connection>(conn: &mut C, run: impl FnOnce(&mut C)) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&seen);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            shown.lock().unwrap().push(query.to_string());
        }
    });
    run(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    std::mem::take(&mut seen.lock().unwrap())
}

//! How many statements something takes.

use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::sync::{Arc, Mutex};

/// The number of statements that the closure runs on the connection.
pub fn statements<C: Connection>(conn: &mut C, run: impl FnOnce(&mut C)) -> usize {
    let seen = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&seen);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { .. } = event {
            *counted.lock().unwrap() += 1;
        }
    });
    run(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    *seen.lock().unwrap()
}

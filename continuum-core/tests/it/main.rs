//! README and the quickstart say the same, and it is true.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "clippy knows tests, but not what serves them"
)]

mod quickstart;
mod readme;

//! What holds on every engine. `Conn` is the connection of the engine at hand, and `database` makes
//! a new database on it, or says that the engine is not to be tested:
//!
//! ```ignore
//! use super::{Conn, database};
//!
//! #[test]
//! fn an_insert_makes_one_version() {
//!     let Some(db) = database() else { return };
//!     let conn: &mut Conn = &mut articles::set_up(&db);
//!     …
//! }
//! ```

use super::{Conn, database};

mod harness;

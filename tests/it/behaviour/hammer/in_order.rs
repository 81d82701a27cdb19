//! Statements that lock rows in the order of their keys, an account before its links.

use super::worker::Worker;
use super::{Conn, WORKERS};
use crate::support::database::Engine;
use crate::support::ledger::Change;
use continuum_schema::Dialect;
use diesel::prelude::*;

impl Worker<'_> {
    /// Changes the row `id` of a table, or inserts one that nobody else inserts.
    pub fn in_order(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        id: u64,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let name = self.random.one_of(&["a", "b", "c"]);
        let account =
            |id: u64| format!("INSERT INTO accounts VALUES ({id}, '{name}', 0, '{stamp}')");
        let link = |id: u64| format!("INSERT INTO links VALUES ({id}, 4, 0, '{stamp}')");
        match self.random.below(12) {
            0..=2 => {
                // Beside those of the other workers.
                let id = 100 + self.statements * WORKERS + self.number;
                self.write(conn, "accounts", &stamp, &account(id), changes)?;
                if self.random.below(2) == 0 {
                    self.write(conn, "links", &stamp, &link(id), changes)?;
                }
                Ok(())
            }
            3..=5 => {
                let (table, key) = self.random.one_of(&[
                    ("links", "tag = 4 AND account"),
                    ("labels", "name = 'd' AND shelf"),
                ]);
                let update = format!(
                    "UPDATE {table} SET amount = amount + 1, writer = '{stamp}' WHERE {key} = {id}"
                );
                self.write(conn, table, &stamp, &update, changes)
            }
            6 | 7 if !follows_with_gaps(self.plan.mode) => {
                // With its link, and anew. InnoDB locks what goes along in share mode first: two that
                // wait for it so, to change it, would wait for each other.
                let (key, condition) = (id.to_string(), format!("id = {id}"));
                let found = self.locked(conn, "accounts", &condition, changes)?;
                if found.is_empty() {
                    // Who waits for it at READ COMMITTED on PostgreSQL does not find the new one,
                    // and would lock the new link before it.
                    return Ok(());
                }
                let link_condition = format!("account = {id} AND tag = 4");
                self.locked(conn, "links", &link_condition, changes)?;
                if self.delete(conn, "accounts", key, &condition, changes)? {
                    self.write(conn, "accounts", &stamp, &account(id), changes)?;
                    self.write(conn, "links", &stamp, &link(id), changes)?;
                }
                Ok(())
            }
            what => {
                if what == 8 {
                    self.locked(conn, "accounts", &format!("id = {id}"), changes)?;
                }
                let update = format!(
                    "UPDATE accounts SET name = '{name}', amount = amount + 1, writer = '{stamp}' WHERE id = {id}"
                );
                self.write(conn, "accounts", &stamp, &update, changes)
            }
        }
    }
}

/// Whether the recording of what foreign keys do locks gaps, so that it is not only by the order of
/// the keys who waits for whom: see `docs/mysql.md`.
fn follows_with_gaps(mode: &str) -> bool {
    Conn::DIALECT == Dialect::MySql && mode != "READ COMMITTED"
}

//! Any statement on a few keys.

use super::worker::Worker;
use super::{Conn, on_conflict};
use crate::support::database::Engine;
use crate::support::ledger::{Change, What};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;

impl Worker<'_> {
    pub fn anything(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        match self.random.below(24) {
            0..=12 => self.any_account(conn, tag, changes),
            13..=16 => self.any_link(conn, tag, changes),
            17..=20 => self.any_note(conn, tag, changes),
            21 | 22 => self.any_label(conn, tag, changes),
            _ => {
                let id = self.random.below(5);
                let (table, condition) = self.random.one_of(&[
                    ("accounts", "id <="),
                    ("links", "account <="),
                    ("notes", "account <="),
                    ("notes", "id <="),
                    ("labels", "shelf <="),
                ]);
                self.locked_as_recorded(conn, table, &format!("{condition} {id}"), changes)
            }
        }
    }

    fn any_account(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let (id, other) = (self.id(), self.id());
        let name = self.random.one_of(&["a", "b", "c"]);
        let insert = format!("INSERT INTO accounts VALUES ({id}, '{name}', 0, '{stamp}')");
        let update = |assignment: &str| {
            format!("UPDATE accounts SET {assignment}, writer = '{stamp}' WHERE id")
        };
        let statement = match self.random.below(15) {
            0 => insert,
            1..=4 => format!("{insert} {}", on_conflict("id", &["name", "writer"])),
            5 | 6 => update(&format!("name = '{name}'")) + &format!(" = {id}"),
            7 => update("amount = amount + 1") + &format!(" = {id}"),
            8 => update("amount = amount + 1") + &format!(" >= {id}"),
            9 => return conn.batch_execute("UPDATE accounts SET name = name"),
            10 | 11 if id != other => {
                let update = update(&format!("id = {other}")) + &format!(" = {id}");
                let moved = sql_query(update).execute(conn)?;
                let order = self.draw();
                if moved > 0 {
                    changes.push(Change {
                        order,
                        table: "accounts",
                        key: id.to_string(),
                        what: What::Moved(other.to_string()),
                    });
                }
                return self.written(conn, "accounts", &stamp, order, changes);
            }
            10..=12 => {
                let condition = format!("id = {id}");
                return self
                    .delete(conn, "accounts", id.to_string(), &condition, changes)
                    .map(drop);
            }
            13 => return self.delete_locked(conn, id, changes),
            _ => {
                // Whoever is about to write often reads first.
                self.locked(conn, "accounts", &format!("id = {id}"), changes)?;
                update("amount = amount + 1") + &format!(" = {id}")
            }
        };
        self.write(conn, "accounts", &stamp, &statement, changes)
    }

    fn any_link(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let (id, other) = (self.id(), self.id());
        let number = self.id();
        let statement = match self.random.below(8) {
            0 => {
                let condition = format!("account = {id} AND tag = {number}");
                return self
                    .delete(conn, "links", format!("{id}|{number}"), &condition, changes)
                    .map(drop);
            }
            1 | 2 => format!(
                "UPDATE links SET amount = amount + 1, writer = '{stamp}' WHERE account <= {id}"
            ),
            // Of an account that may not be there.
            3 => format!(
                "INSERT INTO links VALUES ({id}, {number}, 1, '{stamp}') {}",
                on_conflict("account, tag", &["amount", "writer"])
            ),
            _ => format!(
                "INSERT INTO links SELECT a.found, {number}, 1, '{stamp}' {} {}",
                accounts(&format!("id IN ({id}, {other})")),
                on_conflict("account, tag", &["amount", "writer"])
            ),
        };
        self.write(conn, "links", &stamp, &statement, changes)
    }

    fn any_note(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let (id, account) = (self.id(), self.id());
        let statement = match self.random.below(8 + REPLACING) {
            8.. => {
                let row = ["id, account, amount", "id, account, amount + 1"];
                replace(
                    "notes",
                    &format!("id = {id}"),
                    self.random.one_of(&row),
                    &stamp,
                )
            }
            0 => {
                let condition = format!("id = {id}");
                return self
                    .delete(conn, "notes", id.to_string(), &condition, changes)
                    .map(drop);
            }
            1 | 2 => {
                format!("UPDATE notes SET amount = amount + 1, writer = '{stamp}' WHERE id <= {id}")
            }
            // Of an account that may not be there.
            3 => {
                format!("UPDATE notes SET account = {account}, writer = '{stamp}' WHERE id = {id}")
            }
            _ => format!(
                "INSERT INTO notes SELECT {id}, a.found, 1, '{stamp}' {} {}",
                accounts(&format!("id = {account}")),
                on_conflict("id", &["account", "writer"])
            ),
        };
        self.write(conn, "notes", &stamp, &statement, changes)
    }

    fn any_label(
        &mut self,
        conn: &mut Conn,
        tag: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let stamp = self.stamp(tag);
        let (id, other) = (self.id(), self.id());
        let name = self.random.one_of(&["a", "b", "c"]);
        let condition = format!("shelf = {id} AND name = '{name}'");
        let statement = match self.random.below(5 + REPLACING) {
            5.. => {
                let row = ["shelf, name, amount", "shelf, name, amount + 1"];
                replace("labels", &condition, self.random.one_of(&row), &stamp)
            }
            0 => {
                return self
                    .delete(conn, "labels", format!("{id}|{name}"), &condition, changes)
                    .map(drop);
            }
            1 | 2 => format!(
                "UPDATE labels SET amount = amount + 1, writer = '{stamp}' WHERE shelf <= {id}"
            ),
            _ => format!(
                "INSERT INTO labels VALUES ({id}, '{name}', 1, '{stamp}'), ({other}, 'd', 1, '{stamp}') {}",
                on_conflict("shelf, name", &["amount", "writer"])
            ),
        };
        self.write(conn, "labels", &stamp, &statement, changes)
    }

    fn delete_locked(
        &mut self,
        conn: &mut Conn,
        id: u64,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let rows = self.locked(conn, "accounts", &format!("id <= {id}"), changes)?;
        if rows.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = rows.iter().map(|row| row.row_key.as_str()).collect();
        let gone = sql_query(format!(
            "DELETE FROM accounts WHERE id IN ({})",
            keys.join(", ")
        ))
        .execute(conn)?;
        assert_eq!(gone, rows.len(), "rows that were locked");
        let order = self.draw();
        changes.extend(rows.into_iter().map(|row| Change {
            order,
            table: "accounts",
            key: row.row_key,
            what: What::Gone,
        }));
        Ok(())
    }

    fn id(&mut self) -> u64 {
        1 + self.random.below(5)
    }
}

/// How many kinds of statements there are beside those of all engines.
const REPLACING: u64 = match Conn::DIALECT {
    Dialect::Postgres => 2,
    _ => 0,
};

/// Deletes a row and inserts it again, in one statement, of which the part that deletes ends last.
fn replace(table: &str, condition: &str, row: &str, stamp: &str) -> String {
    format!(
        "WITH gone AS (DELETE FROM {table} WHERE {condition} RETURNING *)
        INSERT INTO {table} SELECT {row}, '{stamp}' FROM gone LIMIT 1"
    )
}

/// A FROM clause of those accounts that are there, each once (a transaction of PostgreSQL may see one
/// that was deleted beside its own), under a name that is in no other table. SQLite
/// takes the ON of what follows for that of a join where there is no WHERE.
fn accounts(condition: &str) -> String {
    format!("FROM (SELECT DISTINCT id AS found FROM accounts WHERE {condition}) AS a WHERE 1 = 1")
}

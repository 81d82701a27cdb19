//! What statements do to rows, written down while these are locked.

use super::Conn;
use super::tables::texts_of;
use super::worker::Worker;
use crate::support::database::Engine;
use crate::support::ledger::{Change, What};
use continuum_schema::Dialect;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{SmallInt, Text};
use std::collections::BTreeMap;

/// A row, as texts.
#[derive(QueryableByName)]
pub struct Found {
    #[diesel(sql_type = Text)]
    pub row_key: String,
    #[diesel(sql_type = Text)]
    pub content: String,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    row_key: String,
    #[diesel(sql_type = SmallInt)]
    operation_type: i16,
    #[diesel(sql_type = Text)]
    content: String,
}

impl Worker<'_> {
    /// Runs a statement that stamps what it writes.
    pub fn write(
        &self,
        conn: &mut Conn,
        table: &'static str,
        stamp: &str,
        statement: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        conn.batch_execute(statement)?;
        let order = self.draw();
        self.written(conn, table, stamp, order, changes)
    }

    /// What the statement of this stamp has left in the table.
    pub fn written(
        &self,
        conn: &mut Conn,
        table: &'static str,
        stamp: &str,
        order: u64,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let (key, content) = texts_of(table);
        let rows: Vec<Found> = sql_query(format!(
            "SELECT {key} AS row_key, {content} AS content FROM {table} v WHERE writer = '{stamp}'"
        ))
        .load(conn)?;
        changes.extend(rows.into_iter().map(|row| Change {
            order,
            table,
            key: row.row_key,
            what: What::Is(row.content),
        }));
        Ok(())
    }

    /// Deletes the row of this key, which `condition` names too. Whether it was there.
    pub fn delete(
        &self,
        conn: &mut Conn,
        table: &'static str,
        key: String,
        condition: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<bool> {
        let gone = sql_query(format!("DELETE FROM {table} WHERE {condition}")).execute(conn)?;
        let order = self.draw();
        if gone > 0 {
            changes.push(Change {
                order,
                table,
                key,
                what: What::Gone,
            });
        }
        Ok(gone > 0)
    }

    /// Locks rows. What is read then is what was committed last, or this transaction's own.
    pub fn locked(
        &self,
        conn: &mut Conn,
        table: &'static str,
        condition: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<Vec<Found>> {
        let lock = match Conn::DIALECT {
            Dialect::Sqlite => "",
            _ => "FOR UPDATE",
        };
        let (key, content) = texts_of(table);
        let rows: Vec<Found> = sql_query(format!(
            "SELECT {key} AS row_key, {content} AS content FROM {table} v WHERE {condition} {lock}"
        ))
        .load(conn)?;
        let order = self.draw();
        changes.extend(rows.iter().map(|row| Change {
            order,
            table,
            key: row.row_key.clone(),
            what: What::Read(row.content.clone()),
        }));
        Ok(rows)
    }

    /// Locks rows, and looks whether the history says of each, to this transaction, what it is.
    pub fn locked_as_recorded(
        &self,
        conn: &mut Conn,
        table: &'static str,
        condition: &str,
        changes: &mut Vec<Change>,
    ) -> QueryResult<()> {
        let rows = self.locked(conn, table, condition, changes)?;
        if !self.plan.has_history || rows.is_empty() {
            return Ok(());
        }
        // A snapshot may be older than the lock; the row was read as it is now.
        let lock = match Conn::DIALECT {
            Dialect::MySql => "LOCK IN SHARE MODE",
            _ => "",
        };
        let (key, content) = texts_of(table);
        let keys: Vec<_> = rows
            .iter()
            .map(|row| format!("'{}'", row.row_key))
            .collect();
        let versions: Vec<Version> = sql_query(format!(
            "SELECT {key} AS row_key, operation_type, {content} AS content FROM {table}_version v
            WHERE {key} IN ({}) ORDER BY transaction_id {lock}",
            keys.join(", ")
        ))
        .load(conn)?;
        let newest: BTreeMap<_, _> = versions
            .into_iter()
            .map(|version| (version.row_key, (version.operation_type, version.content)))
            .collect();
        for row in rows {
            let version = newest.get(&row.row_key);
            assert!(
                version
                    .is_some_and(|(operation, content)| *operation != 2 && *content == row.content),
                "{table}, {}: {} is locked, and its newest version is {version:?}",
                row.row_key,
                row.content
            );
        }
        Ok(())
    }
}

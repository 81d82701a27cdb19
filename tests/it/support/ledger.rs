//! What committed transactions did to each row, in the order in which they held its lock, and the
//! history that this makes.
//!
//! A key and a row are texts; their parts are separated by `|`.

use std::collections::BTreeMap;

/// What one statement did to one row.
#[derive(Debug, Clone)]
pub struct Change {
    /// Drawn after the statement, while the row was locked: of two changes of one row the later has
    /// the higher. What one statement did has one.
    pub order: u64,
    pub table: &'static str,
    pub key: String,
    pub what: What,
}

/// What happened to a row, if it was there.
#[derive(Debug, Clone)]
pub enum What {
    /// This is the row afterwards.
    Is(String),
    /// It was deleted.
    Gone,
    /// This is its key afterwards.
    Moved(String),
    /// It was locked, and this was read.
    Read(String),
}

/// Where the rows of a table say to which row of another one they belong.
#[derive(Debug, Clone, Copy)]
pub enum Reference {
    /// The first part of the key: `ON DELETE CASCADE ON UPDATE CASCADE`.
    InKey,
    /// The first part of the row: `ON DELETE SET NULL ON UPDATE CASCADE`.
    InRow,
}

/// What of a transaction makes one version of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// All of it, by this actor.
    Together(Option<String>),
    /// Each statement.
    Apart,
}

/// A version, as it has to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub key: String,
    pub operation: i16,
    pub row: String,
    pub actor: Option<String>,
}

/// What all committed transactions did.
pub struct Ledger {
    foreign_keys: Vec<(&'static str, Reference, &'static str)>,
    changes: Vec<(Unit, Change)>,
    transactions: u64,
}

/// A transaction and, where each has versions of its own, a statement in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    transaction: u64,
    statement: Option<u64>,
    actor: Option<String>,
}

impl Ledger {
    /// Of tables with these foreign keys: from a table, to a table.
    pub fn new(foreign_keys: &[(&'static str, Reference, &'static str)]) -> Self {
        Self {
            foreign_keys: foreign_keys.to_vec(),
            changes: Vec::new(),
            transactions: 0,
        }
    }

    /// A transaction has committed these changes, in this order.
    pub fn committed(&mut self, recorded: &Recorded, changes: Vec<Change>) {
        self.transactions += 1;
        for change in changes {
            let (statement, actor) = match recorded {
                Recorded::Together(actor) => (None, actor.clone()),
                Recorded::Apart => (Some(change.order), None),
            };
            let unit = Unit {
                transaction: self.transactions,
                statement,
                actor,
            };
            self.changes.push((unit, change));
        }
    }

    /// What came of it, one change after the other.
    pub fn replay(&self) -> Replay {
        let mut changes: Vec<_> = self.changes.iter().collect();
        changes.sort_by_key(|(_, change)| change.order);
        let mut replay = Replay::default();
        for (unit, change) in changes {
            let row = (change.table, change.key.clone());
            match &change.what {
                What::Is(now) => replay.becomes(unit, row, Some(now.clone())),
                What::Gone => self.moves(&mut replay, unit, row, None),
                What::Moved(to) => self.moves(&mut replay, unit, row, Some(to)),
                What::Read(read) => {
                    if replay.rows.get(&row) != Some(read) {
                        let there = replay.rows.get(&row);
                        let wrong = format!("{unit:?} read {change:?}, there was {there:?}");
                        replay.wrong_reads.push(wrong);
                    }
                }
            }
        }
        replay
    }

    /// A row goes to another key or away, and what refers to it follows.
    fn moves(&self, replay: &mut Replay, unit: &Unit, row: Row, to: Option<&str>) {
        let Some(now) = replay.rows.get(&row).cloned() else {
            return;
        };
        let (table, key) = row.clone();
        replay.becomes(unit, row, None);
        if let Some(to) = to {
            replay.becomes(unit, (table, to.to_owned()), Some(now));
        }
        for (child, reference, _) in self.foreign_keys.iter().filter(|(.., to)| *to == table) {
            for (child_key, content) in replay.of(child) {
                let child_row = (*child, child_key.clone());
                match reference {
                    Reference::InKey => {
                        if let Some(rest) = after(&child_key, &key) {
                            let to = to.map(|to| format!("{to}|{rest}"));
                            self.moves(replay, unit, child_row, to.as_deref());
                        }
                    }
                    Reference::InRow => {
                        if let Some(rest) = after(&content, &key) {
                            let now = format!("{}|{rest}", to.unwrap_or_default());
                            replay.becomes(unit, child_row, Some(now));
                        }
                    }
                }
            }
        }
    }
}

/// What follows the first part of a text, if this is it.
fn after<'a>(text: &'a str, first: &str) -> Option<&'a str> {
    text.strip_prefix(first)?.strip_prefix('|')
}

/// A table and a key.
type Row = (&'static str, String);

/// What one transaction, or one statement, did to one row.
struct NetChange {
    unit: Unit,
    before: Option<String>,
    after: Option<String>,
    /// What the row was when it was deleted last.
    deleted: Option<String>,
}

/// What came of the changes.
#[derive(Default)]
pub struct Replay {
    rows: BTreeMap<Row, String>,
    changes: BTreeMap<Row, Vec<NetChange>>,
    /// Rows that were read, and were others by then.
    pub wrong_reads: Vec<String>,
}

impl Replay {
    fn becomes(&mut self, unit: &Unit, row: Row, after: Option<String>) {
        let before = match &after {
            Some(after) => self.rows.insert(row.clone(), after.clone()),
            None => self.rows.remove(&row),
        };
        let changes = self.changes.entry(row).or_default();
        let deleted = if after.is_none() {
            before.clone()
        } else {
            None
        };
        match changes.last_mut() {
            Some(last) if last.unit == *unit => {
                last.after = after;
                last.deleted = deleted.or_else(|| last.deleted.take());
            }
            _ => changes.push(NetChange {
                unit: unit.clone(),
                before,
                after,
                deleted,
            }),
        }
    }

    /// The rows of the table as they are in the end, by their keys.
    pub fn of(&self, table: &str) -> Vec<(String, String)> {
        self.rows
            .iter()
            .filter(|((of, _), _)| *of == table)
            .map(|((_, key), row)| (key.clone(), row.clone()))
            .collect()
    }

    /// The versions of each row of the table, in order.
    pub fn versions(&self, table: &str) -> Vec<Version> {
        let mut versions = Vec::new();
        for ((_, key), changes) in self.changes.iter().filter(|((of, _), _)| *of == table) {
            for change in changes {
                let (operation, row) = match (&change.before, &change.after) {
                    (None, Some(row)) => (0, row),
                    (Some(before), Some(row)) if before != row => (1, row),
                    (Some(before), None) => (2, change.deleted.as_ref().unwrap_or(before)),
                    (None, None) | (Some(_), Some(_)) => continue,
                };
                versions.push(Version {
                    key: key.clone(),
                    operation,
                    row: row.clone(),
                    actor: change.unit.actor.clone(),
                });
            }
        }
        versions
    }
}
